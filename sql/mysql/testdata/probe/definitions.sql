-- sequences
select next value for s
select nextval(s)
select nextval(probe.s)
select previous value for s
select lastval(s)
select setval(s, 10)
select setval(s, 10, 0)
select setval(s, 10, true, 1)
select next value for probe.s, previous value for probe.s
select * from s
create sequence q1 start with 1 increment by 1
create or replace sequence q1 start with 1 minvalue 1 maxvalue 100 cache 10 cycle
create sequence if not exists q1 increment 2 nocache nocycle nomaxvalue nominvalue
create temporary sequence q2
alter sequence s restart 5
alter sequence if exists s increment by 2
drop sequence if exists q1
show create sequence s
-- tables
create table n1 (a int)
create table if not exists n1 (a int not null auto_increment primary key, b varchar(20) default 'x' comment 'y', c timestamp default current_timestamp on update current_timestamp) engine=innodb default charset=utf8mb4 collate=utf8mb4_unicode_ci
create or replace table n1 (a int)
create temporary table n1 (a int)
create temporary table n1 as select a from t
create table n1 like t
create table n1 (like t)
create table n1 as select a, b from t
create table n1 select a, b from t
create table n1 (a int primary key) select a from t
create table n1 (a int, key (a)) ignore as select a from t
create table n1 (a int) replace select a from t
create table n1 as (select a from t) union (select a from u)
create table n1 as with c as (select a from t) select * from c
create table n1 as values (1), (2)
create table n1 (a int, b int as (a + 1) virtual, c int generated always as (a + 2) stored, d int as (a) persistent)
create table n1 (a int, b varchar(20) invisible)
create table n1 (a int check (a > 0), constraint positive check (a < 10))
create table n1 (a int, b int, unique key ab (a, b), index ib (b), key kb (b desc))
create table n1 (a int, b text, fulltext key fb (b))
create table n1 (a int references t (a), foreign key fk (a) references t (a) on delete cascade on update set null)
create table n1 (a int, constraint c1 foreign key (a) references probe.t (a) on delete restrict on update no action)
create table n1 (g geometry not null, spatial index (g))
create table n1 (a bigint unsigned not null, b enum('x', 'y'), c set('x', 'y'), d json, e longtext, f mediumblob, g double precision, h bool, i boolean, j year, k bit(3), l char(3) binary, m varchar(3) character set latin1 collate latin1_bin, n tinyint(1) zerofill)
create table n1 (a uuid, b inet6, c inet4)
create table n1 (a nchar(3), b national char(3), c nvarchar(3), d national varchar(3), e char varying(3), f long varchar, g fixed(3,1), h serial)
create table n1 (a datetime(6) default current_timestamp(6) on update current_timestamp(6), b timestamp(3) null default null)
create table n1 (a int default (1 + 2), b varchar(36) default (uuid()), c varchar(20) default concat('a', 'b'))
create table n1 (a int default nextval(s), b int default (next value for s))
create table n1 (a int) engine=innodb row_format=dynamic key_block_size=8 comment='x' auto_increment=5
create table n1 (a int) engine=aria transactional=1 page_checksum=1
create table n1 (a int) partition by range (a) (partition p0 values less than (10), partition p1 values less than maxvalue)
create table n1 (a int) partition by hash (a) partitions 4
create table n1 (a int) partition by list (a) (partition p0 values in (1, 2), partition p1 default)
create table n1 (a int) partition by key () partitions 2
create table n1 (a date) partition by range columns (a) (partition p0 values less than ('2026-01-01'))
create table n1 (a int) with system versioning
create table n1 (a int, s timestamp(6) generated always as row start, e timestamp(6) generated always as row end, period for system_time (s, e)) with system versioning
create table n1 (a int, b int without system versioning) with system versioning
create table n1 (a int, s date, e date, period for p (s, e), unique (a, p without overlaps))
create table n1 (a int) page_compressed=1 encrypted=yes
create table n1 (a int compressed)
create table n1 (a varchar(100) compressed)
create table n1 (id int primary key, unique index if not exists x (id) using btree comment 'y')
drop table n9
drop table if exists n9
drop table if exists n9, n8 cascade
drop temporary table if exists n9
drop tables if exists n9
truncate t
truncate table t
rename table t to t2
rename table if exists t to t2, u to u2
rename tables t to t2
-- alter table
alter table t add column x int
alter table t add x int
alter table t add column x varchar(10) not null default '' after a
alter table t add column x int first
alter table t add column if not exists x int
alter table t add (x int, y int)
alter table t add column (x int)
alter table t drop column b
alter table t drop b
alter table t drop column if exists x
alter table t drop column b cascade
alter table t modify b varchar(30) null
alter table t modify column b varchar(30) character set utf8mb4 not null
alter table t modify column if exists x int
alter table t change b bb varchar(20)
alter table t change column b bb varchar(20) not null after c
alter table t rename column b to bb
alter table t rename column if exists b to bb
alter table t alter b set default 'x'
alter table t alter column b drop default
alter table t alter b set default (concat('a', 'b'))
alter table t add primary key (b)
alter table t drop primary key
alter table t add index i (b)
alter table t add key (b)
alter table t add index if not exists i (b)
alter table t add unique (b)
alter table t add unique index i (b)
alter table t add constraint x unique (b)
alter table t add constraint `x` unique key `y` (b)
alter table t add fulltext index i (b)
alter table t drop index ft
alter table t drop key if exists ft
alter table t rename index ft to ft2
alter table t rename key ft to ft2
alter table t alter index ft not ignored
alter table t alter index ft ignored
alter table t add constraint x foreign key (a) references u (a)
alter table t add constraint x foreign key (a) references u (a) on delete cascade on update restrict
alter table t add foreign key (a) references u (a)
alter table t add foreign key if not exists fk (a) references u (a)
alter table t drop foreign key fk
alter table t drop foreign key if exists fk
alter table t drop constraint fk
alter table t drop constraint if exists fk
alter table t add constraint x check (a > 0)
alter table t add check (a > 0)
alter table t add constraint if not exists x check (a > 0)
alter table t rename to t9
alter table t rename t9
alter table t rename as t9
alter table t engine = innodb
alter table t engine innodb
alter table t convert to character set utf8mb4
alter table t convert to character set utf8mb4 collate utf8mb4_unicode_ci
alter table t default character set = utf8mb4
alter table t character set utf8mb4 collate utf8mb4_bin
alter table t auto_increment = 100
alter table t comment = 'x'
alter table t row_format = dynamic
alter table t order by a
alter table t disable keys
alter table t enable keys
alter table t force
alter table t add column x int, algorithm=inplace, lock=none
alter table t algorithm = instant, add column x int
alter table t add column x int, drop column b, add index (a), rename to t9
alter table t wait 5 add column x int
alter table t nowait add column x int
alter table if exists t9 add column x int
alter ignore table t add unique (b)
alter online table t add column x int
alter table p add partition (partition p2 values less than (30))
alter table p drop partition p0
alter table p truncate partition p0
alter table p coalesce partition 1
alter table p reorganize partition p0 into (partition p0 values less than (5), partition p00 values less than (10))
alter table p exchange partition p0 with table u
alter table p analyze partition p0
alter table p check partition all
alter table p optimize partition p0
alter table p rebuild partition p0
alter table p repair partition p0
alter table p remove partitioning
alter table u partition by hash (a) partitions 2
alter table u add system versioning
alter table h drop system versioning
alter table h add column x int without system versioning
alter table app add period for q (since, till)
alter table app drop period if exists q
alter table t discard tablespace
alter table t add column x int as (a + 1) stored
alter table t add column x int generated always as (a + 1) virtual
alter table t add spatial index (a)
-- indexes
create index i on t (b)
create index if not exists i on t (b)
create or replace index i on t (b)
create unique index i on t (b, a desc)
create index i on t (b(10))
create index i using btree on t (b)
create index i on t (b) using hash
create index i on t (b) comment 'x' algorithm=inplace lock=none
create fulltext index i on t (b)
create spatial index i on geo (g)
create index i on t (b) ignored
drop index ft on t
drop index if exists ft on t
drop index `primary` on t
drop index ft on t algorithm=inplace lock=none
-- databases, views, users, maintenance
create database n1
create database if not exists n1 character set utf8mb4 collate utf8mb4_bin
create or replace database n1
create database n1 character set = 'utf8mb4' collate = 'utf8mb4_bin'
create schema n1 default charset utf8mb4
create database n1 comment 'x'
alter database n1 character set utf8mb4
drop database if exists n1
drop schema n1
create view w1 as select a from t
create or replace view w1 (x) as select a from t
create algorithm=merge sql security invoker view w1 as select a from t with check option
create definer=current_user sql security definer view w1 as select a from t with local check option
create view if not exists w1 as select a from t
create view w1 as with c as (select a from t) select a from c
create view w1 as select a from t union select a from u
create view w1 as values (1)
alter view w1 as select b from t
drop view if exists w1
drop view if exists w1, w2 cascade
analyze table t
analyze table t persistent for all
optimize table t
check table t
check table t extended
checksum table t
repair table t
analyze local table t
analyze no_write_to_binlog table t
lock tables t read
lock tables t write, u as x read local
lock tables t low_priority write
unlock tables
lock table t write
create user x@localhost identified by 'y'
create user if not exists x
drop user if exists x
grant select on probe.* to x
grant select (a), insert on probe.t to x
revoke select on probe.* from x
create role r
drop role r
set role r
set default role r
set password = password('x')
flush tables
flush tables t with read lock
flush privileges
kill 5
kill query 5
kill soft connection 5
call p()
call p
call p(1, @x)
do 1
do sleep(0), release_lock('x')
do get_lock('x', 1)
