INSERT INTO task_tables (platform, version, created_at) VALUES ('android', '2.0', 0), ('ios', '2.0', 0);
--> statement-breakpoint
INSERT INTO tasks (table_id, number, name, target, param, currency, amount)
SELECT task_tables.id, one.number, one.name, one.target, one.param, 3, one.amount FROM task_tables CROSS JOIN (
SELECT 100 AS number, '赢得 1 局游戏' AS name, 0 AS target, 1 AS param, 10 AS amount
UNION ALL SELECT 200, '赢得 3 局游戏', 0, 3, 20
UNION ALL SELECT 300, '赢得 6 局游戏', 0, 6, 30
UNION ALL SELECT 400, '送出 1 份礼物', 1, 1, 10
UNION ALL SELECT 500, '送出 5 份礼物', 1, 5, 20
UNION ALL SELECT 600, '送出 10 份礼物', 1, 10, 30
) AS one;
--> statement-breakpoint
INSERT INTO sign_in_days (turn, name, score) VALUES
(1, '第一天', 20), (2, '第二天', 30), (3, '第三天', 35), (4, '第四天', 40), (5, '第五天', 45), (6, '第六天', 50), (7, '第七天', 60);
--> statement-breakpoint
INSERT INTO online_steps (minutes, score) VALUES (5, 5), (10, 10), (20, 15), (30, 20), (60, 30);
