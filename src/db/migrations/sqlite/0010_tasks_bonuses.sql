CREATE TABLE `daily_marks` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`day` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `daily_marks_user` ON `daily_marks` (`user_id`);--> statement-breakpoint
CREATE TABLE `online_pulse` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `online_rewards` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`day` integer NOT NULL,
	`turn` integer NOT NULL,
	`score` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `online_rewards_once` ON `online_rewards` (`user_id`,`day`,`turn`);--> statement-breakpoint
CREATE TABLE `online_steps` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`minutes` integer NOT NULL,
	`score` integer NOT NULL,
	CONSTRAINT "online_steps_positive" CHECK(minutes > 0 and score > 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `online_steps_minutes` ON `online_steps` (`minutes`);--> statement-breakpoint
CREATE TABLE `online_times` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`day` integer NOT NULL,
	`spent` integer NOT NULL,
	`since` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `online_times_user` ON `online_times` (`user_id`);--> statement-breakpoint
CREATE INDEX `online_times_day` ON `online_times` (`day`);--> statement-breakpoint
CREATE INDEX `online_times_open` ON `online_times` (`since`) WHERE "online_times"."since" is not null;--> statement-breakpoint
CREATE TABLE `sign_in_days` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`turn` integer NOT NULL,
	`name` text NOT NULL,
	`score` integer NOT NULL,
	CONSTRAINT "sign_in_days_positive" CHECK(score > 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `sign_in_days_turn` ON `sign_in_days` (`turn`);--> statement-breakpoint
CREATE TABLE `sign_ins` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`day` integer NOT NULL,
	`turn` integer NOT NULL,
	`score` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `sign_ins_once` ON `sign_ins` (`user_id`,`day`);--> statement-breakpoint
CREATE TABLE `app_releases` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`platform` text NOT NULL,
	`version` text NOT NULL,
	`url` text NOT NULL,
	`news` text DEFAULT '' NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `app_releases_platform` ON `app_releases` (`platform`);--> statement-breakpoint
CREATE TABLE `task_claims` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`task_id` integer NOT NULL,
	`day` integer NOT NULL,
	`number` integer NOT NULL,
	`currency` integer NOT NULL,
	`amount` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`task_id`) REFERENCES `tasks`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `task_claims_once` ON `task_claims` (`user_id`,`day`,`number`);--> statement-breakpoint
CREATE TABLE `task_progress` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`target` integer NOT NULL,
	`day` integer NOT NULL,
	`count` integer NOT NULL,
	`reached` text NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `task_progress_user` ON `task_progress` (`user_id`,`target`);--> statement-breakpoint
CREATE INDEX `task_progress_day` ON `task_progress` (`day`);--> statement-breakpoint
CREATE TABLE `task_tables` (
	`id` integer PRIMARY KEY NOT NULL,
	`platform` text NOT NULL,
	`version` text NOT NULL,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `task_tables_version` ON `task_tables` (`platform`,`version`);--> statement-breakpoint
CREATE TABLE `tasks` (
	`id` integer PRIMARY KEY NOT NULL,
	`table_id` integer NOT NULL,
	`number` integer NOT NULL,
	`name` text NOT NULL,
	`target` integer NOT NULL,
	`param` integer NOT NULL,
	`currency` integer DEFAULT 3 NOT NULL,
	`amount` integer NOT NULL,
	FOREIGN KEY (`table_id`) REFERENCES `task_tables`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "tasks_sound" CHECK(target in (0, 1) and param > 0 and currency in (1, 2, 3) and amount > 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `tasks_number` ON `tasks` (`table_id`,`number`);--> statement-breakpoint
CREATE INDEX `tasks_by_number` ON `tasks` (`number`);