CREATE TABLE "conference_guests" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "conference_guests_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"room_id" bigint NOT NULL,
	"user_id" bigint NOT NULL,
	"state" text NOT NULL,
	"asked_at" bigint NOT NULL,
	"due_at" bigint
);
--> statement-breakpoint
CREATE TABLE "game_bets" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "game_bets_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"round_id" bigint NOT NULL,
	"user_id" bigint NOT NULL,
	"pos" bigint NOT NULL,
	"score" bigint NOT NULL,
	"outcome" text,
	"paid" bigint DEFAULT 0 NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "game_bets_sound" CHECK (pos between 1 and 3 and score between 1 and 10000)
);
--> statement-breakpoint
CREATE TABLE "game_chains" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "game_chains_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"room_id" bigint NOT NULL,
	"terminal" text NOT NULL,
	"salt" text NOT NULL,
	"sealed_seed" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "game_rounds" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "game_rounds_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"room_id" bigint NOT NULL,
	"chain_id" bigint NOT NULL,
	"turn" bigint NOT NULL,
	"hash" text NOT NULL,
	"state" text NOT NULL,
	"started_at" bigint NOT NULL,
	"closes_at" bigint NOT NULL,
	"pos" bigint,
	"secret" text,
	"bets" bigint DEFAULT 0 NOT NULL,
	"staked" bigint DEFAULT 0 NOT NULL,
	"paid" bigint DEFAULT 0 NOT NULL,
	"settled_at" bigint
);
--> statement-breakpoint
ALTER TABLE "rooms" ADD COLUMN "confirmed_at" bigint;--> statement-breakpoint
ALTER TABLE "conference_guests" ADD CONSTRAINT "conference_guests_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conference_guests" ADD CONSTRAINT "conference_guests_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "game_bets" ADD CONSTRAINT "game_bets_round_id_game_rounds_id_fk" FOREIGN KEY ("round_id") REFERENCES "public"."game_rounds"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "game_bets" ADD CONSTRAINT "game_bets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "game_chains" ADD CONSTRAINT "game_chains_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "game_rounds" ADD CONSTRAINT "game_rounds_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "game_rounds" ADD CONSTRAINT "game_rounds_chain_id_game_chains_id_fk" FOREIGN KEY ("chain_id") REFERENCES "public"."game_chains"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "conference_guests_room_user" ON "conference_guests" USING btree ("room_id","user_id");--> statement-breakpoint
CREATE INDEX "conference_guests_user" ON "conference_guests" USING btree ("user_id","state");--> statement-breakpoint
CREATE INDEX "conference_guests_state" ON "conference_guests" USING btree ("state","room_id");--> statement-breakpoint
CREATE INDEX "game_bets_round" ON "game_bets" USING btree ("round_id","user_id");--> statement-breakpoint
CREATE INDEX "game_bets_user" ON "game_bets" USING btree ("user_id","id");--> statement-breakpoint
CREATE INDEX "game_chains_age" ON "game_chains" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "game_rounds_start" ON "game_rounds" USING btree ("room_id","started_at");--> statement-breakpoint
CREATE UNIQUE INDEX "game_rounds_unfinished" ON "game_rounds" USING btree ("room_id") WHERE "game_rounds"."state" in ('open', 'settling');--> statement-breakpoint
CREATE UNIQUE INDEX "game_rounds_turn" ON "game_rounds" USING btree ("chain_id","turn");--> statement-breakpoint
CREATE INDEX "game_rounds_empty" ON "game_rounds" USING btree ("started_at") WHERE "game_rounds"."bets" = 0;