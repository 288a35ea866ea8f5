CREATE TABLE `outbox` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`payload` text NOT NULL,
	`due_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`dead` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `outbox_due` ON `outbox` (`dead`,`due_at`,`id`);--> statement-breakpoint
CREATE TABLE `replays` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`request_id` text NOT NULL,
	`fingerprint` text NOT NULL,
	`answer` text,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `replays_request` ON `replays` (`user_id`,`request_id`);--> statement-breakpoint
CREATE INDEX `replays_age` ON `replays` (`created_at`);--> statement-breakpoint
CREATE TABLE `known_devices` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`ip` text NOT NULL,
	`seen_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `known_devices_user` ON `known_devices` (`user_id`,`ip`);--> statement-breakpoint
CREATE TABLE `login_failures` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`subject` text NOT NULL,
	`failures` integer NOT NULL,
	`locked_until` integer NOT NULL,
	`failed_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `login_failures_subject` ON `login_failures` (`subject`);--> statement-breakpoint
CREATE INDEX `login_failures_age` ON `login_failures` (`failed_at`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`token_hash` text NOT NULL,
	`kind` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	`end_reason` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_token` ON `sessions` (`token_hash`);--> statement-breakpoint
CREATE INDEX `sessions_open` ON `sessions` (`user_id`) WHERE "sessions"."ended_at" is null;--> statement-breakpoint
CREATE INDEX `sessions_ended` ON `sessions` (`ended_at`);--> statement-breakpoint
CREATE INDEX `sessions_expiry` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `sms_codes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`tel` text NOT NULL,
	`purpose` text NOT NULL,
	`code_hash` text NOT NULL,
	`ip` text NOT NULL,
	`tries_left` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `sms_codes_tel` ON `sms_codes` (`tel`,`created_at`);--> statement-breakpoint
CREATE INDEX `sms_codes_ip` ON `sms_codes` (`ip`,`created_at`);--> statement-breakpoint
CREATE INDEX `sms_codes_age` ON `sms_codes` (`created_at`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`account` text NOT NULL,
	`account_key` text NOT NULL,
	`tel` text DEFAULT '' NOT NULL,
	`password_hash` text,
	`nick_name` text NOT NULL,
	`sex` integer DEFAULT 0 NOT NULL,
	`signature` text DEFAULT '' NOT NULL,
	`location` text DEFAULT '' NOT NULL,
	`school` text DEFAULT '' NOT NULL,
	`image` text DEFAULT '' NOT NULL,
	`cover` text DEFAULT '' NOT NULL,
	`push` integer DEFAULT false NOT NULL,
	`user_exp` integer DEFAULT 0 NOT NULL,
	`anchor_exp` integer DEFAULT 0 NOT NULL,
	`focus` integer DEFAULT 0 NOT NULL,
	`fans` integer DEFAULT 0 NOT NULL,
	`can_link_mic` integer DEFAULT true NOT NULL,
	`is_test` integer DEFAULT false NOT NULL,
	`banned_until` integer DEFAULT 0 NOT NULL,
	`channel_id` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `users_account` ON `users` (`account_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `users_nick_name` ON `users` (`nick_name`);--> statement-breakpoint
CREATE TABLE `audit_log` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`act` text NOT NULL,
	`target` text NOT NULL,
	`detail` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `roles` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`role` text NOT NULL,
	`granted_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `roles_user_role` ON `roles` (`user_id`,`role`);--> statement-breakpoint
CREATE TABLE `gags` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`room_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`room_id`) REFERENCES `rooms`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `gags_room_user` ON `gags` (`room_id`,`user_id`);--> statement-breakpoint
CREATE TABLE `rooms` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text DEFAULT 'live' NOT NULL,
	`state` text NOT NULL,
	`owner_id` integer NOT NULL,
	`name` text DEFAULT '' NOT NULL,
	`location` text DEFAULT '' NOT NULL,
	`itype` integer DEFAULT 2 NOT NULL,
	`save` integer DEFAULT false NOT NULL,
	`game_type` integer DEFAULT 0 NOT NULL,
	`line` integer NOT NULL,
	`slow_seconds` integer DEFAULT 0 NOT NULL,
	`reserved_at` integer NOT NULL,
	`started_at` integer,
	`finished_at` integer,
	`end_cause` text,
	`host_due_at` integer,
	`rice` integer DEFAULT 0 NOT NULL,
	`viewers` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`owner_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `rooms_open` ON `rooms` (`owner_id`,`kind`,`state`) WHERE "rooms"."state" <> 'finished';--> statement-breakpoint
CREATE INDEX `rooms_state` ON `rooms` (`state`,`kind`,`id`);--> statement-breakpoint
CREATE INDEX `rooms_owner` ON `rooms` (`owner_id`,`state`);--> statement-breakpoint
CREATE INDEX `rooms_due` ON `rooms` (`host_due_at`) WHERE "rooms"."host_due_at" is not null;--> statement-breakpoint
CREATE TABLE `visits` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`room_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	FOREIGN KEY (`room_id`) REFERENCES `rooms`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `visits_room_user` ON `visits` (`room_id`,`user_id`);--> statement-breakpoint
CREATE TABLE `words` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`word` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `words_word` ON `words` (`word`);