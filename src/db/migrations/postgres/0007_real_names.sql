CREATE TABLE "real_names" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "real_names_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" bigint NOT NULL,
	"state" text NOT NULL,
	"sealed_identity" text NOT NULL,
	"fingerprint" text NOT NULL,
	"school" text NOT NULL,
	"submitted_at" bigint NOT NULL,
	"decided_at" bigint,
	"decided_by" text,
	"why" text DEFAULT '' NOT NULL
);
--> statement-breakpoint
ALTER TABLE "real_names" ADD CONSTRAINT "real_names_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "real_names_user" ON "real_names" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "real_names_fingerprint" ON "real_names" USING btree ("fingerprint","state");--> statement-breakpoint
CREATE INDEX "real_names_state" ON "real_names" USING btree ("state","id");