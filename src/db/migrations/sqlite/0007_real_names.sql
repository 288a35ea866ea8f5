CREATE TABLE `real_names` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`state` text NOT NULL,
	`sealed_identity` text NOT NULL,
	`fingerprint` text NOT NULL,
	`school` text NOT NULL,
	`submitted_at` integer NOT NULL,
	`decided_at` integer,
	`decided_by` text,
	`why` text DEFAULT '' NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `real_names_user` ON `real_names` (`user_id`);--> statement-breakpoint
CREATE INDEX `real_names_fingerprint` ON `real_names` (`fingerprint`,`state`);--> statement-breakpoint
CREATE INDEX `real_names_state` ON `real_names` (`state`,`id`);