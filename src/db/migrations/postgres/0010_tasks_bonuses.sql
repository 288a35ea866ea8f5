CREATE TABLE "daily_marks" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "daily_marks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" bigint NOT NULL,
	"day" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "online_pulse" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "online_pulse_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "online_rewards" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "online_rewards_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" bigint NOT NULL,
	"day" bigint NOT NULL,
	"turn" bigint NOT NULL,
	"score" bigint NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "online_steps" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "online_steps_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"minutes" bigint NOT NULL,
	"score" bigint NOT NULL,
	CONSTRAINT "online_steps_positive" CHECK (minutes > 0 and score > 0)
);
--> statement-breakpoint
CREATE TABLE "online_times" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "online_times_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" bigint NOT NULL,
	"day" bigint NOT NULL,
	"spent" bigint NOT NULL,
	"since" bigint
);
--> statement-breakpoint
CREATE TABLE "sign_in_days" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sign_in_days_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"turn" bigint NOT NULL,
	"name" text NOT NULL,
	"score" bigint NOT NULL,
	CONSTRAINT "sign_in_days_positive" CHECK (score > 0)
);
--> statement-breakpoint
CREATE TABLE "sign_ins" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sign_ins_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" bigint NOT NULL,
	"day" bigint NOT NULL,
	"turn" bigint NOT NULL,
	"score" bigint NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "app_releases" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "app_releases_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"platform" text NOT NULL,
	"version" text NOT NULL,
	"url" text NOT NULL,
	"news" text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE TABLE "task_claims" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "task_claims_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" bigint NOT NULL,
	"task_id" bigint NOT NULL,
	"day" bigint NOT NULL,
	"number" bigint NOT NULL,
	"currency" bigint NOT NULL,
	"amount" bigint NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "task_progress" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "task_progress_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" bigint NOT NULL,
	"target" bigint NOT NULL,
	"day" bigint NOT NULL,
	"count" bigint NOT NULL,
	"reached" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "task_tables" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "task_tables_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"platform" text NOT NULL,
	"version" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tasks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"table_id" bigint NOT NULL,
	"number" bigint NOT NULL,
	"name" text NOT NULL,
	"target" bigint NOT NULL,
	"param" bigint NOT NULL,
	"currency" bigint DEFAULT 3 NOT NULL,
	"amount" bigint NOT NULL,
	CONSTRAINT "tasks_sound" CHECK (target in (0, 1) and param > 0 and currency in (1, 2, 3) and amount > 0)
);
--> statement-breakpoint
ALTER TABLE "daily_marks" ADD CONSTRAINT "daily_marks_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "online_rewards" ADD CONSTRAINT "online_rewards_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "online_times" ADD CONSTRAINT "online_times_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_ins" ADD CONSTRAINT "sign_ins_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_claims" ADD CONSTRAINT "task_claims_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_claims" ADD CONSTRAINT "task_claims_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_progress" ADD CONSTRAINT "task_progress_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_table_id_task_tables_id_fk" FOREIGN KEY ("table_id") REFERENCES "public"."task_tables"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "daily_marks_user" ON "daily_marks" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "online_rewards_once" ON "online_rewards" USING btree ("user_id","day","turn");--> statement-breakpoint
CREATE UNIQUE INDEX "online_steps_minutes" ON "online_steps" USING btree ("minutes");--> statement-breakpoint
CREATE UNIQUE INDEX "online_times_user" ON "online_times" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "online_times_day" ON "online_times" USING btree ("day");--> statement-breakpoint
CREATE INDEX "online_times_open" ON "online_times" USING btree ("since") WHERE "online_times"."since" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "sign_in_days_turn" ON "sign_in_days" USING btree ("turn");--> statement-breakpoint
CREATE UNIQUE INDEX "sign_ins_once" ON "sign_ins" USING btree ("user_id","day");--> statement-breakpoint
CREATE UNIQUE INDEX "app_releases_platform" ON "app_releases" USING btree ("platform");--> statement-breakpoint
CREATE UNIQUE INDEX "task_claims_once" ON "task_claims" USING btree ("user_id","day","number");--> statement-breakpoint
CREATE UNIQUE INDEX "task_progress_user" ON "task_progress" USING btree ("user_id","target");--> statement-breakpoint
CREATE INDEX "task_progress_day" ON "task_progress" USING btree ("day");--> statement-breakpoint
CREATE UNIQUE INDEX "task_tables_version" ON "task_tables" USING btree ("platform","version");--> statement-breakpoint
CREATE UNIQUE INDEX "tasks_number" ON "tasks" USING btree ("table_id","number");--> statement-breakpoint
CREATE INDEX "tasks_by_number" ON "tasks" USING btree ("number");