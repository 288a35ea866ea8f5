CREATE TABLE `files` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`key` text NOT NULL,
	`owner_id` integer NOT NULL,
	`kind` text NOT NULL,
	`provider` text NOT NULL,
	`content` text NOT NULL,
	`etag` text NOT NULL,
	`type` text NOT NULL,
	`bytes` integer NOT NULL,
	`width` integer NOT NULL,
	`height` integer NOT NULL,
	`kept_at` integer NOT NULL,
	`removed_at` integer,
	FOREIGN KEY (`owner_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `files_key` ON `files` (`key`);--> statement-breakpoint
CREATE UNIQUE INDEX `files_own` ON `files` (`owner_id`,`kind`) WHERE "files"."removed_at" is null;--> statement-breakpoint
CREATE INDEX `files_content` ON `files` (`content`);--> statement-breakpoint
CREATE INDEX `files_removed` ON `files` (`removed_at`) WHERE "files"."removed_at" is not null;