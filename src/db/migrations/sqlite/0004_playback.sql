CREATE TABLE `recordings` (
	`id` integer PRIMARY KEY NOT NULL,
	`room_id` integer NOT NULL,
	`owner_id` integer NOT NULL,
	`kind` text NOT NULL,
	`provider` text NOT NULL,
	`key` text NOT NULL,
	`seconds` integer NOT NULL,
	`bytes` integer NOT NULL,
	`saved_at` integer NOT NULL,
	`recommended_at` integer,
	`deleted_at` integer,
	FOREIGN KEY (`room_id`) REFERENCES `rooms`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`owner_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "recordings_whole" CHECK(seconds >= 0 and bytes >= 0 and (recommended_at is null or deleted_at is null))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `recordings_room` ON `recordings` (`room_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `recordings_key` ON `recordings` (`provider`,`key`);--> statement-breakpoint
CREATE UNIQUE INDEX `recordings_favourite` ON `recordings` (`owner_id`) WHERE "recordings"."recommended_at" is not null;--> statement-breakpoint
CREATE INDEX `recordings_recommended` ON `recordings` (`kind`,`room_id`) WHERE "recordings"."recommended_at" is not null;--> statement-breakpoint
CREATE INDEX `recordings_owner` ON `recordings` (`owner_id`,`kind`,`room_id`) WHERE "recordings"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX `recordings_disk` ON `recordings` (`deleted_at`,`recommended_at`,`room_id`,`bytes`);--> statement-breakpoint
ALTER TABLE `rooms` ADD `streaming` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `rooms` ADD `later_viewers` integer DEFAULT 0 NOT NULL;