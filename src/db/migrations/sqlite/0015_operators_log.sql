-- What was written down before is counted, not chained.
INSERT INTO audit_head (seq, hash, unchained) SELECT 0, '', count(*) FROM audit_log;
--> statement-breakpoint
CREATE TRIGGER audit_log_stands BEFORE UPDATE ON audit_log BEGIN SELECT RAISE(ABORT, 'what was written down is never changed'); END;
--> statement-breakpoint
CREATE TRIGGER audit_log_stays BEFORE DELETE ON audit_log BEGIN SELECT RAISE(ABORT, 'what was written down is never removed'); END;
