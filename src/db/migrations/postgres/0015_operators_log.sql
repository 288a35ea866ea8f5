-- What was written down before is counted, not chained.
INSERT INTO audit_head (seq, hash, unchained) SELECT 0, '', count(*) FROM audit_log;
--> statement-breakpoint
CREATE FUNCTION audit_log_stands() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'what was written down is never changed'; END $$;
--> statement-breakpoint
CREATE TRIGGER audit_log_stands BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION audit_log_stands();
--> statement-breakpoint
-- Names by their beginning, whatever the database sorts by.
CREATE INDEX users_nick_name_bytes ON users (nick_name COLLATE "C");
