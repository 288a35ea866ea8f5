CREATE TABLE "recordings" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "recordings_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"room_id" bigint NOT NULL,
	"owner_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"provider" text NOT NULL,
	"key" text NOT NULL,
	"seconds" bigint NOT NULL,
	"bytes" bigint NOT NULL,
	"saved_at" bigint NOT NULL,
	"recommended_at" bigint,
	"deleted_at" bigint,
	CONSTRAINT "recordings_whole" CHECK (seconds >= 0 and bytes >= 0 and (recommended_at is null or deleted_at is null))
);
--> statement-breakpoint
ALTER TABLE "rooms" ADD COLUMN "streaming" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "rooms" ADD COLUMN "later_viewers" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "recordings" ADD CONSTRAINT "recordings_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recordings" ADD CONSTRAINT "recordings_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "recordings_room" ON "recordings" USING btree ("room_id");--> statement-breakpoint
CREATE UNIQUE INDEX "recordings_key" ON "recordings" USING btree ("provider","key");--> statement-breakpoint
CREATE UNIQUE INDEX "recordings_favourite" ON "recordings" USING btree ("owner_id") WHERE "recordings"."recommended_at" is not null;--> statement-breakpoint
CREATE INDEX "recordings_recommended" ON "recordings" USING btree ("kind","room_id") WHERE "recordings"."recommended_at" is not null;--> statement-breakpoint
CREATE INDEX "recordings_owner" ON "recordings" USING btree ("owner_id","kind","room_id") WHERE "recordings"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "recordings_disk" ON "recordings" USING btree ("deleted_at","recommended_at","room_id","bytes");