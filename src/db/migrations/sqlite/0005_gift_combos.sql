ALTER TABLE `gift_pairs` ADD `combo_kind_id` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `gift_pairs` ADD `combo` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `gift_pairs` ADD `combo_at` integer DEFAULT 0 NOT NULL;