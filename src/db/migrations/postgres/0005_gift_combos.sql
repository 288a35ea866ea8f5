ALTER TABLE "gift_pairs" ADD COLUMN "combo_kind_id" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "gift_pairs" ADD COLUMN "combo" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "gift_pairs" ADD COLUMN "combo_at" bigint DEFAULT 0 NOT NULL;