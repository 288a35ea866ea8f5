CREATE TABLE `gift_kinds` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`price` integer NOT NULL,
	`icon` text NOT NULL,
	`pic` text NOT NULL,
	`special` integer DEFAULT 0 NOT NULL,
	`category` integer NOT NULL,
	`on_sale` integer DEFAULT true NOT NULL,
	CONSTRAINT "gift_kinds_price" CHECK(price > 0)
) STRICT;
--> statement-breakpoint
CREATE TABLE `gift_pairs` (
	`id` integer PRIMARY KEY NOT NULL,
	`giver_id` integer NOT NULL,
	`receiver_id` integer NOT NULL,
	`diamonds` integer NOT NULL,
	FOREIGN KEY (`giver_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`receiver_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `gift_pairs_both` ON `gift_pairs` (`giver_id`,`receiver_id`);--> statement-breakpoint
CREATE INDEX `gift_pairs_given` ON `gift_pairs` (`giver_id`,`diamonds`,`id`);--> statement-breakpoint
CREATE INDEX `gift_pairs_received` ON `gift_pairs` (`receiver_id`,`diamonds`,`id`);--> statement-breakpoint
CREATE TABLE `gifts` (
	`id` integer PRIMARY KEY NOT NULL,
	`giver_id` integer NOT NULL,
	`receiver_id` integer NOT NULL,
	`kind_id` integer NOT NULL,
	`number` integer NOT NULL,
	`diamonds` integer NOT NULL,
	`bought` integer NOT NULL,
	`rice` integer NOT NULL,
	`bought_rice` integer NOT NULL,
	`taken_back` integer DEFAULT 0 NOT NULL,
	`combo` integer NOT NULL,
	`room_id` integer,
	`created_at` integer NOT NULL,
	`earned_day` integer NOT NULL,
	FOREIGN KEY (`giver_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`receiver_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`kind_id`) REFERENCES `gift_kinds`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`room_id`) REFERENCES `rooms`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `gifts_giver` ON `gifts` (`giver_id`,`id`);--> statement-breakpoint
CREATE TABLE `early_refunds` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`provider` text NOT NULL,
	`transaction_id` text NOT NULL,
	`refunded` integer NOT NULL,
	`said_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `early_refunds_transaction` ON `early_refunds` (`provider`,`transaction_id`);--> statement-breakpoint
CREATE TABLE `orders` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`number` text NOT NULL,
	`user_id` integer NOT NULL,
	`provider` text NOT NULL,
	`state` text NOT NULL,
	`item_id` text NOT NULL,
	`quantity` integer DEFAULT 1 NOT NULL,
	`fen` integer NOT NULL,
	`diamonds` integer NOT NULL,
	`sandbox` integer DEFAULT false NOT NULL,
	`transaction_id` text,
	`token` text DEFAULT '' NOT NULL,
	`refunds` integer DEFAULT 0 NOT NULL,
	`said_at` integer DEFAULT 0 NOT NULL,
	`note` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	`settled_at` integer,
	`refunded_at` integer,
	`check_at` integer,
	`checks` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `orders_number` ON `orders` (`number`);--> statement-breakpoint
CREATE UNIQUE INDEX `orders_transaction` ON `orders` (`provider`,`transaction_id`);--> statement-breakpoint
CREATE INDEX `orders_user` ON `orders` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `orders_check` ON `orders` (`check_at`) WHERE "orders"."check_at" is not null;--> statement-breakpoint
CREATE TABLE `pack_ads` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`platform` text NOT NULL,
	`image` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `packs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`platform` text NOT NULL,
	`item_id` text NOT NULL,
	`describe` text NOT NULL,
	`money` integer NOT NULL,
	`diamonds` integer NOT NULL,
	`on_sale` integer DEFAULT true NOT NULL,
	CONSTRAINT "packs_positive" CHECK(money > 0 and diamonds > 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `packs_item` ON `packs` (`platform`,`item_id`);--> statement-breakpoint
CREATE TABLE `store_notices` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`provider` text NOT NULL,
	`notice_id` text NOT NULL,
	`received_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `store_notices_id` ON `store_notices` (`provider`,`notice_id`);--> statement-breakpoint
CREATE INDEX `store_notices_age` ON `store_notices` (`received_at`);--> statement-breakpoint
CREATE TABLE `switches` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`is_on` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `switches_name` ON `switches` (`name`);--> statement-breakpoint
CREATE TABLE `credits` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`currency` integer NOT NULL,
	`amount` integer NOT NULL,
	`actor` text NOT NULL,
	`why` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `earnings` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`day` integer NOT NULL,
	`rice` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "earnings_never_below_zero" CHECK(rice >= 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `earnings_user_day` ON `earnings` (`user_id`,`day`);--> statement-breakpoint
CREATE INDEX `earnings_day` ON `earnings` (`day`);--> statement-breakpoint
CREATE TABLE `exchanges` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`diamonds` integer NOT NULL,
	`score` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `score_packs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`diamonds` integer NOT NULL,
	`score` integer NOT NULL,
	CONSTRAINT "score_packs_positive" CHECK(diamonds > 0 and score > 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `score_packs_diamonds` ON `score_packs` (`diamonds`);--> statement-breakpoint
CREATE TABLE `transfers` (
	`id` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`key` text NOT NULL,
	`cause` text NOT NULL,
	`cause_id` integer NOT NULL,
	`currency` integer NOT NULL,
	`amount` integer NOT NULL,
	`from_account` text NOT NULL,
	`from_user` integer,
	`to_account` text NOT NULL,
	`to_user` integer,
	FOREIGN KEY (`from_user`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`to_user`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "transfers_positive" CHECK(amount > 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `transfers_key` ON `transfers` (`key`);--> statement-breakpoint
CREATE TABLE `wallets` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`diamond` integer DEFAULT 0 NOT NULL,
	`diamond_bonus` integer DEFAULT 0 NOT NULL,
	`rice` integer DEFAULT 0 NOT NULL,
	`rice_bonus` integer DEFAULT 0 NOT NULL,
	`score` integer DEFAULT 0 NOT NULL,
	`debt` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "wallets_never_below_zero" CHECK(diamond >= 0 and diamond_bonus >= 0 and rice >= 0 and rice_bonus >= 0 and score >= 0 and debt >= 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `wallets_user` ON `wallets` (`user_id`);--> statement-breakpoint
CREATE TABLE `cards` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`bank` text NOT NULL,
	`sealed_holder` text NOT NULL,
	`sealed_number` text NOT NULL,
	`fingerprint` text NOT NULL,
	`tail` text NOT NULL,
	`added_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `cards_user` ON `cards` (`user_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `cards_fingerprint` ON `cards` (`fingerprint`);--> statement-breakpoint
CREATE TABLE `cash_phones` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`tel` text NOT NULL,
	`bound_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `cash_phones_user` ON `cash_phones` (`user_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `cash_phones_tel` ON `cash_phones` (`tel`);--> statement-breakpoint
CREATE TABLE `items` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`moon` integer NOT NULL,
	`icon` text NOT NULL,
	`stock` integer NOT NULL,
	`on_sale` integer DEFAULT true NOT NULL,
	CONSTRAINT "items_positive" CHECK(moon > 0 and stock >= 0)
) STRICT;
--> statement-breakpoint
CREATE TABLE `withdrawals` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`kind` text NOT NULL,
	`state` text NOT NULL,
	`rice` integer NOT NULL,
	`yuan` integer DEFAULT 0 NOT NULL,
	`fee_fen` integer DEFAULT 0 NOT NULL,
	`fee_rice` integer DEFAULT 0 NOT NULL,
	`bank` text DEFAULT '' NOT NULL,
	`sealed_holder` text DEFAULT '' NOT NULL,
	`sealed_number` text DEFAULT '' NOT NULL,
	`tail` text DEFAULT '' NOT NULL,
	`item_id` integer,
	`sealed_address` text DEFAULT '' NOT NULL,
	`platform` integer DEFAULT 0 NOT NULL,
	`day` integer NOT NULL,
	`created_at` integer NOT NULL,
	`finished_at` integer,
	`first_approver` text,
	`decided_by` text,
	`why` text DEFAULT '' NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`item_id`) REFERENCES `items`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `withdrawals_user` ON `withdrawals` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `withdrawals_state` ON `withdrawals` (`state`,`id`);--> statement-breakpoint
CREATE INDEX `withdrawals_day` ON `withdrawals` (`user_id`,`day`);--> statement-breakpoint
CREATE INDEX `users_spent` ON `users` (`user_exp`,`id`);