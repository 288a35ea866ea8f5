CREATE TABLE `conference_guests` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`room_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	`state` text NOT NULL,
	`asked_at` integer NOT NULL,
	`due_at` integer,
	FOREIGN KEY (`room_id`) REFERENCES `rooms`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `conference_guests_room_user` ON `conference_guests` (`room_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `conference_guests_user` ON `conference_guests` (`user_id`,`state`);--> statement-breakpoint
CREATE INDEX `conference_guests_state` ON `conference_guests` (`state`,`room_id`);--> statement-breakpoint
CREATE TABLE `game_bets` (
	`id` integer PRIMARY KEY NOT NULL,
	`round_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	`pos` integer NOT NULL,
	`score` integer NOT NULL,
	`outcome` text,
	`paid` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`round_id`) REFERENCES `game_rounds`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "game_bets_sound" CHECK(pos between 1 and 3 and score between 1 and 10000)
) STRICT;
--> statement-breakpoint
CREATE INDEX `game_bets_round` ON `game_bets` (`round_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `game_bets_user` ON `game_bets` (`user_id`,`id`);--> statement-breakpoint
CREATE TABLE `game_chains` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`room_id` integer NOT NULL,
	`terminal` text NOT NULL,
	`salt` text NOT NULL,
	`sealed_seed` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`room_id`) REFERENCES `rooms`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `game_chains_age` ON `game_chains` (`created_at`);--> statement-breakpoint
CREATE TABLE `game_rounds` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`room_id` integer NOT NULL,
	`chain_id` integer NOT NULL,
	`turn` integer NOT NULL,
	`hash` text NOT NULL,
	`state` text NOT NULL,
	`started_at` integer NOT NULL,
	`closes_at` integer NOT NULL,
	`pos` integer,
	`secret` text,
	`bets` integer DEFAULT 0 NOT NULL,
	`staked` integer DEFAULT 0 NOT NULL,
	`paid` integer DEFAULT 0 NOT NULL,
	`settled_at` integer,
	FOREIGN KEY (`room_id`) REFERENCES `rooms`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`chain_id`) REFERENCES `game_chains`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `game_rounds_start` ON `game_rounds` (`room_id`,`started_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `game_rounds_unfinished` ON `game_rounds` (`room_id`) WHERE "game_rounds"."state" in ('open', 'settling');--> statement-breakpoint
CREATE UNIQUE INDEX `game_rounds_turn` ON `game_rounds` (`chain_id`,`turn`);--> statement-breakpoint
CREATE INDEX `game_rounds_empty` ON `game_rounds` (`started_at`) WHERE "game_rounds"."bets" = 0;--> statement-breakpoint
ALTER TABLE `rooms` ADD `confirmed_at` integer;