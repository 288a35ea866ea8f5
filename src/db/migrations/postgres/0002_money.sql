CREATE TABLE "gift_kinds" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "gift_kinds_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"price" bigint NOT NULL,
	"icon" text NOT NULL,
	"pic" text NOT NULL,
	"special" bigint DEFAULT 0 NOT NULL,
	"category" bigint NOT NULL,
	"on_sale" boolean DEFAULT true NOT NULL,
	CONSTRAINT "gift_kinds_price" CHECK (price > 0)
);
--> statement-breakpoint
CREATE TABLE "gift_pairs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "gift_pairs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"giver_id" bigint NOT NULL,
	"receiver_id" bigint NOT NULL,
	"diamonds" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gifts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "gifts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"giver_id" bigint NOT NULL,
	"receiver_id" bigint NOT NULL,
	"kind_id" bigint NOT NULL,
	"number" bigint NOT NULL,
	"diamonds" bigint NOT NULL,
	"bought" bigint NOT NULL,
	"rice" bigint NOT NULL,
	"bought_rice" bigint NOT NULL,
	"taken_back" bigint DEFAULT 0 NOT NULL,
	"combo" bigint NOT NULL,
	"room_id" bigint,
	"created_at" bigint NOT NULL,
	"earned_day" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "early_refunds" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "early_refunds_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"provider" text NOT NULL,
	"transaction_id" text NOT NULL,
	"refunded" boolean NOT NULL,
	"said_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "orders_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"number" text NOT NULL,
	"user_id" bigint NOT NULL,
	"provider" text NOT NULL,
	"state" text NOT NULL,
	"item_id" text NOT NULL,
	"quantity" bigint DEFAULT 1 NOT NULL,
	"fen" bigint NOT NULL,
	"diamonds" bigint NOT NULL,
	"sandbox" boolean DEFAULT false NOT NULL,
	"transaction_id" text,
	"token" text DEFAULT '' NOT NULL,
	"refunds" bigint DEFAULT 0 NOT NULL,
	"said_at" bigint DEFAULT 0 NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"created_at" bigint NOT NULL,
	"settled_at" bigint,
	"refunded_at" bigint,
	"check_at" bigint,
	"checks" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pack_ads" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "pack_ads_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"platform" text NOT NULL,
	"image" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "packs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "packs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"platform" text NOT NULL,
	"item_id" text NOT NULL,
	"describe" text NOT NULL,
	"money" bigint NOT NULL,
	"diamonds" bigint NOT NULL,
	"on_sale" boolean DEFAULT true NOT NULL,
	CONSTRAINT "packs_positive" CHECK (money > 0 and diamonds > 0)
);
--> statement-breakpoint
CREATE TABLE "store_notices" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "store_notices_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"provider" text NOT NULL,
	"notice_id" text NOT NULL,
	"received_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "switches" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "switches_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"is_on" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "credits" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "credits_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" bigint NOT NULL,
	"currency" bigint NOT NULL,
	"amount" bigint NOT NULL,
	"actor" text NOT NULL,
	"why" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "earnings" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "earnings_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" bigint NOT NULL,
	"day" bigint NOT NULL,
	"rice" bigint NOT NULL,
	CONSTRAINT "earnings_never_below_zero" CHECK (rice >= 0)
);
--> statement-breakpoint
CREATE TABLE "exchanges" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "exchanges_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" bigint NOT NULL,
	"diamonds" bigint NOT NULL,
	"score" bigint NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "score_packs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "score_packs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"diamonds" bigint NOT NULL,
	"score" bigint NOT NULL,
	CONSTRAINT "score_packs_positive" CHECK (diamonds > 0 and score > 0)
);
--> statement-breakpoint
CREATE TABLE "transfers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "transfers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" bigint NOT NULL,
	"key" text NOT NULL,
	"cause" text NOT NULL,
	"cause_id" bigint NOT NULL,
	"currency" bigint NOT NULL,
	"amount" bigint NOT NULL,
	"from_account" text NOT NULL,
	"from_user" bigint,
	"to_account" text NOT NULL,
	"to_user" bigint,
	CONSTRAINT "transfers_positive" CHECK (amount > 0)
);
--> statement-breakpoint
CREATE TABLE "wallets" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "wallets_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" bigint NOT NULL,
	"diamond" bigint DEFAULT 0 NOT NULL,
	"diamond_bonus" bigint DEFAULT 0 NOT NULL,
	"rice" bigint DEFAULT 0 NOT NULL,
	"rice_bonus" bigint DEFAULT 0 NOT NULL,
	"score" bigint DEFAULT 0 NOT NULL,
	"debt" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "wallets_never_below_zero" CHECK (diamond >= 0 and diamond_bonus >= 0 and rice >= 0 and rice_bonus >= 0 and score >= 0 and debt >= 0)
);
--> statement-breakpoint
CREATE TABLE "cards" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "cards_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" bigint NOT NULL,
	"bank" text NOT NULL,
	"sealed_holder" text NOT NULL,
	"sealed_number" text NOT NULL,
	"fingerprint" text NOT NULL,
	"tail" text NOT NULL,
	"added_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "cash_phones" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "cash_phones_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" bigint NOT NULL,
	"tel" text NOT NULL,
	"bound_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "items" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "items_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"moon" bigint NOT NULL,
	"icon" text NOT NULL,
	"stock" bigint NOT NULL,
	"on_sale" boolean DEFAULT true NOT NULL,
	CONSTRAINT "items_positive" CHECK (moon > 0 and stock >= 0)
);
--> statement-breakpoint
CREATE TABLE "withdrawals" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "withdrawals_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"rice" bigint NOT NULL,
	"yuan" bigint DEFAULT 0 NOT NULL,
	"fee_fen" bigint DEFAULT 0 NOT NULL,
	"fee_rice" bigint DEFAULT 0 NOT NULL,
	"bank" text DEFAULT '' NOT NULL,
	"sealed_holder" text DEFAULT '' NOT NULL,
	"sealed_number" text DEFAULT '' NOT NULL,
	"tail" text DEFAULT '' NOT NULL,
	"item_id" bigint,
	"sealed_address" text DEFAULT '' NOT NULL,
	"platform" bigint DEFAULT 0 NOT NULL,
	"day" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"finished_at" bigint,
	"first_approver" text,
	"decided_by" text,
	"why" text DEFAULT '' NOT NULL
);
--> statement-breakpoint
ALTER TABLE "gift_pairs" ADD CONSTRAINT "gift_pairs_giver_id_users_id_fk" FOREIGN KEY ("giver_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gift_pairs" ADD CONSTRAINT "gift_pairs_receiver_id_users_id_fk" FOREIGN KEY ("receiver_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gifts" ADD CONSTRAINT "gifts_giver_id_users_id_fk" FOREIGN KEY ("giver_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gifts" ADD CONSTRAINT "gifts_receiver_id_users_id_fk" FOREIGN KEY ("receiver_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gifts" ADD CONSTRAINT "gifts_kind_id_gift_kinds_id_fk" FOREIGN KEY ("kind_id") REFERENCES "public"."gift_kinds"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gifts" ADD CONSTRAINT "gifts_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credits" ADD CONSTRAINT "credits_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "earnings" ADD CONSTRAINT "earnings_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchanges" ADD CONSTRAINT "exchanges_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transfers" ADD CONSTRAINT "transfers_from_user_users_id_fk" FOREIGN KEY ("from_user") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transfers" ADD CONSTRAINT "transfers_to_user_users_id_fk" FOREIGN KEY ("to_user") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wallets" ADD CONSTRAINT "wallets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cards" ADD CONSTRAINT "cards_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cash_phones" ADD CONSTRAINT "cash_phones_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "withdrawals" ADD CONSTRAINT "withdrawals_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "withdrawals" ADD CONSTRAINT "withdrawals_item_id_items_id_fk" FOREIGN KEY ("item_id") REFERENCES "public"."items"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "gift_pairs_both" ON "gift_pairs" USING btree ("giver_id","receiver_id");--> statement-breakpoint
CREATE INDEX "gift_pairs_given" ON "gift_pairs" USING btree ("giver_id","diamonds","id");--> statement-breakpoint
CREATE INDEX "gift_pairs_received" ON "gift_pairs" USING btree ("receiver_id","diamonds","id");--> statement-breakpoint
CREATE INDEX "gifts_giver" ON "gifts" USING btree ("giver_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "early_refunds_transaction" ON "early_refunds" USING btree ("provider","transaction_id");--> statement-breakpoint
CREATE UNIQUE INDEX "orders_number" ON "orders" USING btree ("number");--> statement-breakpoint
CREATE UNIQUE INDEX "orders_transaction" ON "orders" USING btree ("provider","transaction_id");--> statement-breakpoint
CREATE INDEX "orders_user" ON "orders" USING btree ("user_id","id");--> statement-breakpoint
CREATE INDEX "orders_check" ON "orders" USING btree ("check_at") WHERE "orders"."check_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "packs_item" ON "packs" USING btree ("platform","item_id");--> statement-breakpoint
CREATE UNIQUE INDEX "store_notices_id" ON "store_notices" USING btree ("provider","notice_id");--> statement-breakpoint
CREATE INDEX "store_notices_age" ON "store_notices" USING btree ("received_at");--> statement-breakpoint
CREATE UNIQUE INDEX "switches_name" ON "switches" USING btree ("name");--> statement-breakpoint
CREATE UNIQUE INDEX "earnings_user_day" ON "earnings" USING btree ("user_id","day");--> statement-breakpoint
CREATE INDEX "earnings_day" ON "earnings" USING btree ("day");--> statement-breakpoint
CREATE UNIQUE INDEX "score_packs_diamonds" ON "score_packs" USING btree ("diamonds");--> statement-breakpoint
CREATE UNIQUE INDEX "transfers_key" ON "transfers" USING btree ("key");--> statement-breakpoint
CREATE UNIQUE INDEX "wallets_user" ON "wallets" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "cards_user" ON "cards" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "cards_fingerprint" ON "cards" USING btree ("fingerprint");--> statement-breakpoint
CREATE UNIQUE INDEX "cash_phones_user" ON "cash_phones" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "cash_phones_tel" ON "cash_phones" USING btree ("tel");--> statement-breakpoint
CREATE INDEX "withdrawals_user" ON "withdrawals" USING btree ("user_id","id");--> statement-breakpoint
CREATE INDEX "withdrawals_state" ON "withdrawals" USING btree ("state","id");--> statement-breakpoint
CREATE INDEX "withdrawals_day" ON "withdrawals" USING btree ("user_id","day");--> statement-breakpoint
CREATE INDEX "users_spent" ON "users" USING btree ("user_exp","id");