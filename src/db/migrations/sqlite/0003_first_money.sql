INSERT INTO gift_kinds (name, price, icon, pic, special, category) VALUES
('米豆', 1, '', '', 0, 0), ('玫瑰', 5, '', '', 0, 0), ('棒棒糖', 10, '', '', 0, 0),
('香水', 99, '', '', 0, 1), ('钻戒', 520, '', '', 0, 1), ('跑车', 1314, '', '', 1, 1),
('骰子', 2, '', '', 0, 2), ('幸运草', 8, '', '', 0, 2), ('加油棒', 20, '', '', 0, 2),
('金杯', 188, '', '', 0, 3), ('宝箱', 666, '', '', 1, 3), ('火箭', 2000, '', '', 1, 3);
--> statement-breakpoint
INSERT INTO packs (platform, item_id, "describe", money, diamonds) VALUES
('android', 'gold_10', '10 金币', 1, 10), ('android', 'gold_60', '60 金币', 6, 60), ('android', 'gold_300', '300 金币', 30, 300),
('android', 'gold_980', '980 金币', 98, 980), ('android', 'gold_1980', '1980 金币', 198, 1980),
('ios', 'gold_10', '10 金币', 1, 10), ('ios', 'gold_60', '60 金币', 6, 60), ('ios', 'gold_300', '300 金币', 30, 300),
('ios', 'gold_980', '980 金币', 98, 980), ('ios', 'gold_1980', '1980 金币', 198, 1980);
--> statement-breakpoint
INSERT INTO pack_ads (platform, image) VALUES ('android', ''), ('ios', '');
--> statement-breakpoint
INSERT INTO score_packs (diamonds, score) VALUES (1, 1), (10, 10), (100, 100), (1000, 1000);
--> statement-breakpoint
INSERT INTO items (name, moon, icon, stock) VALUES ('手机充值卡 50 元', 1000, '', 100), ('纪念 T 恤', 2000, '', 100), ('蓝牙耳机', 6000, '', 20);
--> statement-breakpoint
CREATE TRIGGER transfers_stand BEFORE UPDATE ON transfers BEGIN SELECT RAISE(ABORT, 'a transfer is never changed'); END;
--> statement-breakpoint
CREATE TRIGGER transfers_stay BEFORE DELETE ON transfers BEGIN SELECT RAISE(ABORT, 'a transfer is never removed'); END;
