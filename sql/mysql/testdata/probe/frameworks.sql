-- frameworks: Django
SELECT `t`.`a`, `t`.`b` FROM `t` WHERE (`t`.`a` = 1 AND NOT (`t`.`b` LIKE BINARY 'x%')) ORDER BY `t`.`a` ASC LIMIT 21
SELECT COUNT(*) AS `__count` FROM `t` WHERE `t`.`b` REGEXP BINARY '^x'
SELECT (1) AS `a` FROM `t` WHERE `t`.`a` = 1 LIMIT 1
SELECT 1 AS `a` FROM `t` WHERE `t`.`a` IN (SELECT U0.`a` FROM `u` U0 WHERE U0.`b` IS NOT NULL)
SELECT CAST(DATE_FORMAT(`t`.`c`, '%Y-%m-01') AS DATE) AS `m`, COUNT(`t`.`a`) AS `n` FROM `t` GROUP BY CAST(DATE_FORMAT(`t`.`c`, '%Y-%m-01') AS DATE) ORDER BY NULL
SELECT CONVERT_TZ(`t`.`c`, 'UTC', 'Europe/Paris') FROM `t`
INSERT INTO `t` (`b`, `c`) VALUES ('x', '2026-01-01 00:00:00.000000') RETURNING `t`.`a`
INSERT IGNORE INTO `u` (`a`, `b`) VALUES (1, 'x'), (2, 'y')
INSERT INTO `u` (`a`, `b`) VALUES (1, 'x') ON DUPLICATE KEY UPDATE `b` = VALUES(`b`)
UPDATE `t` SET `b` = CASE WHEN (`t`.`a` = 1) THEN 'x' WHEN (`t`.`a` = 2) THEN 'y' ELSE NULL END WHERE `t`.`a` IN (1, 2)
SELECT `t`.`a` FROM `t` WHERE JSON_EXTRACT(`t`.`j`, '$."k"') = JSON_EXTRACT('"v"', '$')
SELECT `t`.`a` FROM `t` WHERE JSON_UNQUOTE(JSON_EXTRACT(`t`.`j`, '$."k"')) LIKE '%x%'
SELECT `t`.`a` FROM `t` WHERE COALESCE(JSON_CONTAINS_PATH(`t`.`j`, 'one', '$."k"'), 0)
SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED
SET SQL_AUTO_IS_NULL = 0
SELECT VERSION(), @@sql_mode, @@default_storage_engine, @@sql_auto_is_null, @@lower_case_table_names, CONVERT_TZ('2001-01-01 01:00:00', 'UTC', 'UTC') IS NOT NULL
CREATE TABLE `n1` (`id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY, `name` varchar(100) NOT NULL, `data` json NOT NULL, `at` datetime(6) NOT NULL)
ALTER TABLE `t` ADD COLUMN `x` integer DEFAULT 0 NOT NULL
ALTER TABLE `t` ALTER COLUMN `b` DROP DEFAULT
ALTER TABLE `t` MODIFY `b` varchar(200) NOT NULL
ALTER TABLE `t` CHANGE `b` `bb` varchar(20) NOT NULL
ALTER TABLE `t` ADD CONSTRAINT `fk_x` FOREIGN KEY (`a`) REFERENCES `u` (`a`)
ALTER TABLE `t` ADD COLUMN `u_id` integer NULL, ADD CONSTRAINT `fk_x` FOREIGN KEY (`u_id`) REFERENCES `u`(`a`)
ALTER TABLE `t` DROP FOREIGN KEY `fk_x`
SHOW FULL TABLES
SELECT column_name, data_type, collation_name FROM information_schema.columns WHERE table_name = 't' AND table_schema = DATABASE()
SELECT kc.`constraint_name`, kc.`column_name`, kc.`referenced_table_name` FROM information_schema.key_column_usage AS kc WHERE kc.table_schema = DATABASE() AND kc.table_name = 't' ORDER BY kc.`ordinal_position`
SAVEPOINT `s140_x1`
RELEASE SAVEPOINT `s140_x1`
ROLLBACK TO SAVEPOINT `s140_x1`
-- frameworks: Rails
SELECT `t`.* FROM `t` WHERE `t`.`a` = 1 LIMIT 1
SELECT `t`.* FROM `t` INNER JOIN `u` ON `u`.`a` = `t`.`a` WHERE `u`.`b` = 'x' ORDER BY `t`.`a` DESC LIMIT 10 OFFSET 20
SELECT 1 AS one FROM `t` WHERE `t`.`b` = BINARY 'x' LIMIT 1
SELECT SUM(`t`.`a`) AS `sum_a`, `t`.`b` AS `t_b` FROM `t` GROUP BY `t`.`b`
INSERT INTO `u` (`a`,`b`) VALUES (1,'x') ON DUPLICATE KEY UPDATE `a`=`a`
INSERT INTO `t` (`b`) VALUES ('x') RETURNING `a`
UPDATE `t` SET `t`.`b` = 'x' WHERE `t`.`a` = 1
UPDATE `t` SET `a` = COALESCE(`a`, 0) + 1 WHERE `t`.`a` = 1
DELETE FROM `t` WHERE `t`.`a` = 1
SET @@SESSION.sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO'), @@SESSION.sql_auto_is_null = 0, @@SESSION.wait_timeout = 2147483
SELECT GET_LOCK('x', 0)
SELECT RELEASE_LOCK('x')
SELECT table_comment FROM information_schema.tables WHERE table_schema = database() AND table_name = 't'
SHOW FULL FIELDS FROM `t`
SHOW KEYS FROM `t`
SELECT @@max_allowed_packet
SHOW VARIABLES LIKE 'sql_mode'
CREATE TABLE `n1` (`id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, `name` varchar(255), `created_at` datetime(6) NOT NULL, INDEX `index_x` (`name`), CONSTRAINT `fk_r` FOREIGN KEY (`id`) REFERENCES `t` (`a`)) CHARSET=utf8mb4
CREATE UNIQUE INDEX `index_x` ON `t` (`b`)
CREATE INDEX `index_x` USING btree ON `t` (`b`(10))
ALTER TABLE `t` ADD `x` varchar(255) DEFAULT 'x' NOT NULL COMMENT 'y', ADD INDEX `ix` (`b`)
ALTER TABLE `t` CHANGE `b` `b` varchar(40) COLLATE `utf8mb4_bin` DEFAULT NULL
ALTER TABLE `t` RENAME INDEX `ft` TO `ft2`
ALTER TABLE `t` DROP COLUMN `b`
RENAME TABLE `t` TO `t9`
-- frameworks: Hibernate
select t1_0.a, t1_0.b from t t1_0 where t1_0.b like ? escape '' and t1_0.c >= ? order by t1_0.a limit ?, ?
select t1_0.a from t t1_0 left join u u1_0 on u1_0.a = t1_0.a where t1_0.a = ? for update
select count(t1_0.a) from t t1_0 where (t1_0.b, t1_0.a) in ((?, ?), (?, ?))
insert into t (b, c) values (?, ?)
select next value for s
select nextval(s)
select next_val as id_val from hs for update
update hs set next_val = ? where next_val = ?
select t1_0.a, case when u1_0.a is not null then 1 when t1_0.a is not null then 0 end from t t1_0 left join u u1_0 on t1_0.a = u1_0.a
create table n1 (id bigint not null auto_increment, b bit not null, e enum ('A','B'), primary key (id)) engine=InnoDB
alter table if exists t add constraint FK1 foreign key (a) references u (a)
create sequence n1_seq start with 1 increment by 50
delete t1_0 from t t1_0 where t1_0.a = ?
select row_number() over (order by t1_0.a), cast(t1_0.a as char) from t t1_0 where t1_0.c < timestampadd(second, ?, now(6))
-- frameworks: SQLAlchemy, Prisma, Sequelize, Laravel, Doctrine, GORM
SELECT t.a, t.b FROM t WHERE t.b IN (NULL) AND (1 != 1)
SELECT anon_1.a FROM (SELECT t.a AS a, row_number() OVER (PARTITION BY t.b ORDER BY t.a) AS rn FROM t) AS anon_1 WHERE anon_1.rn = 1
INSERT INTO u (a, b) VALUES (%s, %s)
SELECT t.b <=> 'x' AS anon_1, NOT (t.b <=> 'x') FROM t
SELECT CAST(t.b AS CHAR(10)) FROM t WHERE t.a MOD 2 = 1
SELECT 'test plain returns' AS anon_1
SELECT CAST('test collated returns' AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin AS anon_1
DESCRIBE `probe`.`t`
SELECT DATABASE()
ROLLBACK
SELECT `probe`.`t`.`a`, `probe`.`t`.`b` FROM `probe`.`t` WHERE (`probe`.`t`.`a` = ? AND 1=1) LIMIT ? OFFSET ?
SELECT COUNT(*) FROM (SELECT `probe`.`t`.`a` FROM `probe`.`t` WHERE 1=1 LIMIT ? OFFSET ?) AS `sub`
INSERT INTO `probe`.`t` (`a`,`b`) VALUES (?,?)
SELECT `probe`.`t`.`a` FROM `probe`.`t` WHERE `probe`.`t`.`b` IN (?,?,?) ORDER BY `probe`.`t`.`b` ASC
SELECT TABLE_NAME AS table_name, TABLE_COMMENT comment FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE'
SELECT DISTINCT BINARY table_info.table_name AS table_name FROM information_schema.tables AS table_info JOIN information_schema.statistics AS s ON BINARY s.table_name = table_info.table_name
SELECT count(*) AS `count` FROM `t` AS `T` WHERE `T`.`b` LIKE '%x%'
INSERT INTO `t` (`a`,`b`) VALUES (DEFAULT,?) RETURNING `a`,`b`,`c`
select * from `t` where `b` is not null and exists (select * from `u` where `t`.`a` = `u`.`a`) limit 10 offset 0
select exists(select * from `t` where `a` = ?) as `exists`
insert into `u` (`a`, `b`) values (?, ?) on duplicate key update `b` = values(`b`), `c2` = `u`.`c2` + 1
update `t` inner join `u` on `t`.`a` = `u`.`a` set `t`.`b` = ? where `u`.`c2` > ?
delete `t` from `t` left join `u` on `t`.`a` = `u`.`a` where `u`.`a` is null
select json_value(`j`, '$.a') from `t` where json_contains(`j`, ?, '$."tags"')
create table `n1` (`id` bigint unsigned not null auto_increment primary key, `name` varchar(255) not null, `created_at` timestamp null) default character set utf8mb4 collate 'utf8mb4_unicode_ci'
alter table `t` add unique `t_b_unique`(`b`)
alter table `t` add `x` varchar(255) null after `a`
SELECT t0.a AS a_1, t0.b AS b_2 FROM t t0 WHERE t0.b = ? LIMIT 1
SELECT t0.a AS a_1 FROM t t0 WHERE t0.c < DATE_SUB(CURRENT_TIMESTAMP(), INTERVAL 1 DAY)
INSERT INTO `t` (`b`) VALUES ('x') ON DUPLICATE KEY UPDATE `a`=`a`
SELECT * FROM `t` WHERE `t`.`a` = ? AND `t`.`b` IS NULL ORDER BY `t`.`a` LIMIT 1 FOR UPDATE
SELECT SCHEMA_NAME from Information_schema.SCHEMATA where SCHEMA_NAME LIKE 'x%' ORDER BY SCHEMA_NAME='x' DESC,SCHEMA_NAME limit 1
