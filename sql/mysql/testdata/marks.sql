-- columns, their names, and what stands for several
select email from users
select email as x, name y, card from users
select * from users
select users.*, card from users
select u.* from users u
select * from users u, notes n where u.id = n.id
select n.*, u.* from users u, notes n where u.id = n.id
select (email), ((name)) from users
select `email` from `users`
select marks.users.email from marks.users
select 1, 'x', null, email from users
select +id, -id, email from users
select EMAIL, u.Email from users u
-- joins
select * from users natural join orders
select * from users natural join notes
select * from users join orders using (id)
select * from users join orders using (id, k)
select * from users left join orders using (k) order by 1, 2, 3, 4, 5, 6
select * from users right join orders using (id)
select * from users natural right join orders
select * from users natural left join orders
select * from users u right join orders o on u.id = o.id
select * from users u left join (orders o join notes n on o.id = n.id) on u.id = o.id
select * from (users join orders using (id, k)) natural join notes
select * from users natural join orders natural join notes
select * from users join orders using (id) join notes using (id)
select * from users join orders using (id) right join notes using (id)
select * from orders right join users using (id, k) natural right join notes
select k, item, body from orders natural join notes
select users.k, orders.k from users join orders using (k)
select * from users straight_join orders on users.id = orders.id
select * from users cross join orders
select * from users join orders
select email from users join orders on users.name > orders.note
select users.email from users join notes on users.email > notes.email
select * from { oj users left join orders on users.id = orders.id }
select * from users a, users b where a.id = b.id
select a.email, b.name from users a, users b where a.id < b.id
-- derived tables
select * from (select email, name from users) d
select d.e from (select email as e, lower(name) from users) d
select d.`lower(name)` from (select email as e, lower(name) from users) d
select `lower(name)` from (select lower(name), id from users) d
select e from (select email as e from (select * from users) a) b
select * from (select email as e from users) d join (select name as n from users) f
select x.email from (select email, id from users) x join orders using (id)
select d.b from (select email as ` b` from users) d
select d.x from (select email 'x' from users) d
select * from (select distinct name from users) d
select * from (select k, count(*) n from users group by k) d
select * from (select email from users order by name limit 2) d
-- common table expressions
with c as (select email from users) select * from c
with c (x, y) as (select email, name from users) select y, x from c
with c as (select email, id from users), d as (select upper(email) as e, id from c) select * from c join d using (id)
with recursive c as (select id, email from users where id = 1 union all select c.id + 1, u.name from c join users u on u.id = c.id + 1) select * from c
with recursive c (n, t) as (select 1, cast('' as char(200)) union all select n + 1, concat(t, (select name from users where id = n)) from c where n < 4) select * from c
with c as (select email from users where name like '%2%') select count(*) from c
with orders as (select email as item from users) select item from orders
with c as (select 1) select email from users
select * from (with c as (select note from orders) select * from c) d
select (with c as (select max(note) as m from orders) select m from c), email from users
with C as (select email from users) select c.email from c
with a as (select email from users), b as (select * from a), c as (select * from b) select * from c
-- set operations
select email from users union select body from notes
select email from users union all select body from notes order by 1 limit 3
(select email from users order by name limit 1) union all (select note from orders order by total limit 1)
select email, name from users union all select 'x', note from orders
select email from users except select email from users where name like '%2%'
select k, email from users intersect select k, email from users
select k from users except select k from orders where note like '%0%'
select email from users union select body from notes union all select item from orders
(select email from users) order by name
(select email from users) order by name limit 2
(select email from users union select name from users) order by email limit 3
select * from (select email from users union select body from notes) d
select email e from users union all select name from users order by e desc
-- subqueries
select (select max(item) from orders), email from users
select (select o.item from orders o where o.id = u.id) from users u
select id, (select u.email) from users u
select (select concat(u.email, o.item) from orders o where o.id = u.id) x from users u
select email from users where id in (select id from orders where note like '%2%')
select email from users u where exists (select 1 from orders o where o.id = u.id and o.total like '%1%')
select email from users u where not exists (select item from orders o where o.id = u.id and o.note > u.name)
select email from users where id = any (select id from notes where body like '%3%')
select email from users where id > all (select id from orders where item < note and total like '%0')
select email from users where (id, k) in (select id, k from orders where item like '%2')
select name from users where email = (select email from users where id = 2)
select name from users where email >= (select min(email) from users where id > 2)
select id from users where (select count(*) from orders where orders.note > users.email) > 2
select exists (select email from users where name like '%9%')
select count(*), (select count(*) from users where card like '%2') from orders
select id, (select body from notes where notes.id = users.id and match (body) against ('zqmn')) from users
-- conditions
select id from users where email = ?
select id from users where email <=> ? or name = ?
select id from users where email in (?, ?)
select id from users where (email, name) = (?, ?)
select id from users where email in (?, 'x')
select id from users where email like '%2'
select id from users where email between 'zqab-1' and 'zqab-2'
select id from users where length(email) > 6
select id from users where email regexp '[12]$'
select id from users where email > name
select id from users where email is null
select id from users where not email < 'zqab-2'
select id from users where if(email like '%1', 1, 0)
select id from users where case email when 'zqab-2' then 1 else 0 end
select id from users where nullif(email, 'zqab-2') is null
select id from users where locate('2', email)
select id, email from users having email like '%2'
select id, name from users where email like '%2' or card like '%1'
select id from users where right(email, 1) + 0
select id from users where ascii(substring(email, 6, 1)) > 50
-- order, groups, limits
select id from users order by email
select id, name from users order by email desc limit 2
select id as email from users order by users.email
select id, email as e from users order by e
select id, email from users order by 2
select id, email from users order by (2)
select id, email from users order by 00002
select id, email from users order by + 2 desc
select id, lower(email) from users order by `lower(email)`
select id from users order by length(email), email
select id from users order by field(email, 'zqab-2', 'zqab-3')
select id from users order by (select note from orders o where o.id = users.id)
select count(*) from users group by email
select count(*), k from users group by k having max(email) like '%3'
select max(name), email e from users group by e
select email, count(*) from users group by 1
select email, count(*) from users group by (1)
select k, max(id) from users group by k order by max(email)
select distinct k from users
select distinct email from users
select distinct right(email, 1) div 2 from users
select right(email, 1) div 2 from users union select 9
select right(email, 1) div 2 from users intersect all select right(name, 1) div 2 from users
select distinct k, email like '%2' from users
select sql_calc_found_rows id from users order by email limit 1
select k, count(*) from users group by k with rollup
select email, count(*) from users group by email with rollup
-- aggregates
select count(email), count(distinct email), count(*) from users
select min(email), max(email) from users
select k, min(email), max(name) from users group by k
select group_concat(email order by name separator ' ') from users
select group_concat(distinct k order by k), group_concat(email, name order by 1) from users
select json_arrayagg(email), json_objectagg(id, name) from users
select sum(length(email)), avg(right(email, 1)), bit_or(right(name, 1)) from users
select std(right(email, 1)), variance(length(name)) from users
select count(nullif(email, 'zqab-2')), count(if(name like '%2', 1, null)) from users
select max(length(email)) from users where name > 'a'
-- windows
select id, row_number() over (order by email) from users
select id, rank() over (partition by k order by name desc) from users
select id, lag(email) over (order by id), lead(name, 1) over (order by id) from users
select id, first_value(email) over (partition by k order by name) from users
select id, last_value(email) over w, nth_value(name, 2) over w from users window w as (partition by k order by card)
select id, sum(right(email, 1)) over (order by id), count(email) over () from users
select id, max(email) over (partition by k) from users
select id, dense_rank() over w, ntile(2) over w from users window w as (order by email)
select name as x, rank() over (order by x) from users
select id, count(*) over (order by email rows between 1 preceding and current row) from users
select id, cume_dist() over (order by email), percent_rank() over (order by name) from users
-- functions
select concat(email, name), upper(email), reverse(name), hex(card) from users
select coalesce(email, name), ifnull(card, name), nvl(email, name), nvl2(card, email, name) from users
select if(id > 2, email, name), if(email > 'zqab-1', 1, 0), nullif(email, name) from users
select case when id > 2 then email when id = 2 then name end from users
select case name when 'zqcd-2' then email else card end from users
select greatest(email, name), least(email, card, name) from users
select greatest(email, 'zqab-2') from users
select id from (select id, greatest(email, 'zqab-2') g from users) d where g = ?
select elt(id, email, name, card, 'x'), field(email, name, 'zqab-2'), make_set(id, email, name) from users
select substring(email, 1, 4), left(name, 5), right(email, 2), mid(name, 2, 3) from users
select replace(email, 'a', 'a'), lpad(email, 9, 'x'), trim(email), repeat(name, 2), insert(email, 1, 0, name) from users
select concat_ws('-', email, name), substring_index(email, '-', 1), quote(name) from users
select cast(email as char), convert(name using utf8mb4), binary email, email collate utf8mb4_bin from users
select json_object('a', email), json_array(name), json_extract(json_array(email), '$[0]') from users
select json_value(json_object('a', email), '$.a'), json_unquote(json_quote(name)) from users
select md5(email) = md5('zqab-2'), length(name), crc32(email), char_length(card) from users
select strcmp(email, 'zqab-2'), locate('2', email), instr(name, '3'), ascii(right(email, 1)), position('2' in card) from users
select email = ?, email = 'zqab-2', email > name, email is null, email like '%2', not email from users
select email and name, email || name, email xor name from users
select trim(leading 'z' from email), trim(both name from email), format(right(email, 1), 2) from users
select date_add('2020-01-01', interval right(email, 1) day), '2020-01-01' + interval right(name, 1) day from users
select {fn concat(email, name)}, name_const('x', 1) from users
select match (body) against ('zqmn'), id from notes
select id from notes where match (body) against ('2')
select default(email), version() = version() from users
select extractvalue(concat('<a>', email, '</a>'), '/a'), to_base64(id), bin(right(email, 1)) from users
select interval(right(email, 1), 1, 2), right(email, 1) div 1, right(name, 1) mod 2, right(email, 1) & 1, ~right(name, 1) < 5 from users
-- views
select * from v_users
select mail from v_users where id = 1
select * from v_mails
select loud from v_mails where mail = ?
select * from v_both
select * from v_star
select * from v_join
select `lower(n.body)`, item from v_join
select * from v_with order by place
select * from v_count
select * from v_kept
select * from v_case
select v.mail, o.note from v_users v join orders o using (id)
select d.* from (select * from v_mails) d, v_both
with v_users as (select name as mail from users) select mail from v_users
select count(*) from v_users where mail > 'zqab-1'
select table_name from information_schema.tables where table_schema = 'marks' and table_name = 'users'
select c.column_name, c.data_type from information_schema.COLUMNS c where c.table_schema = 'marks' and c.table_name = 'users' order by 1
-- what is written comes out again
insert into users (id, email, name) values (9, 'x', 'y') returning *
insert into users (id, email) select id + 10, body from notes returning email, name
insert into users (id, email, name) select id + 10, item, upper(note) from orders returning *, card
replace into orders (id, item) select id, name from users returning item
insert into orders (id, item, note) values (9, (select max(email) from users), item) returning item, note
delete from users where name like '%2' returning id, email
delete from users where id = 1 returning *
select email from users for update
-- forms that only MariaDB has
select email from users where name sounds like 'x'
select email, name sounds like card from users
select cast(email as nchar(3)), cast(name as varchar(99)), convert(card, nchar) from users
select * from (values (1), (2)) d
select d.* from (values ('x', 1), ('y', 2)) d, users where users.id = 1
select k, (select max(x) from (with d(x) as (values (1), (2)) select x from d) e) from users
with d(x, y) as (values (1, 'a'), (2, 'b')) select d.y, email from d join users on users.id = d.x
select email from users where id in (values (1), (2))
values (1, (select max(email) from users)), (2, (select max(name) from users))
select * from (values (1), (2)) d union select email from users
select item, total from orders for system_time as of now(6)
select * from orders for system_time all
select o.note, u.email from orders for system_time all as o join users u on u.id = o.id
select o.note from users u, orders for system_time between '2000-01-01' and now(6) o where o.id = u.id
select note from orders for system_time from '2000-01-01' to timestamp '2037-01-01 00:00:00'
select note from orders for system_time as of ifnull((select null from users where email > 'zqab-1' limit 1), now(6))
select (select max(item) from orders for system_time all x where x.id = users.id) from users
select jt.x from users, json_table(json_array(email), '$[*]' columns (x varchar(99) path '$')) jt
select jt.x, jt.n from users join json_table(json_array(email, name), '$[*]' columns (n for ordinality, x varchar(99) path '$')) as jt
select jt.* from users u, json_table(json_object('a', u.email, 'b', json_array(u.name)), '$' columns (a varchar(99) path '$.a', nested path '$.b[*]' columns (c varchar(99) path '$'))) jt
select count(*) from users, json_table(concat('[', repeat('1,', substr(email, 6, 1)), '1]'), '$[*]' columns (x int path '$')) jt
select n.body, jt.x from notes n left join json_table(json_array(n.email), '$[*]' columns (x varchar(99) path '$')) jt on jt.x = n.body
select x from json_table(json_array((select max(email) from users)), '$[*]' columns (x varchar(99) path '$' default 'none' on empty null on error)) t
select (select jt.x from json_table(json_array(u.card), '$[*]' columns (x varchar(99) path '$')) jt) from users u
select email from users order by name offset 1 row fetch next 2 rows only
select email from users order by name fetch first 2 rows with ties
select group_concat(email order by name separator '|' limit 2) from users
select k, group_concat(email limit 1, 2) from users group by k
select email from users limit 2 rows examined 100
select email from users where id = 1 lock in share mode skip locked
(select email from users order by name limit 2)
select email collate utf8mb4_uca1400_ai_ci from users order by name collate utf8mb4_uca1400_ai_ci
select body from notes where match body against ('zqmn')
select convert(email using koi8u), char(77 using cp1250) from users
select column_get(column_create('x', email as char), 'x' as char(99)) from users
insert into users (id, k) values (9, 'k9') on duplicate key update name = value(name)
-- columns that the server computes
select loud from made
select turned, id from made
select kept, since from made
select * from made
select m.*, turned from made m
select count(*) from made where loud > 'ZQQR-1'
select id from made where turned like '%1%'
select id from made order by loud
select loud, count(*) from made group by loud
select max(kept) from made
select * from v_made
select u.email, m.loud from users u join made m on m.id = u.id
select id from made where nick = ?
select since from made
delete from made where id = 2 returning loud, turned, kept
insert into made (id, email, nick) select 9, email, name from users where id = 1 returning loud, turned, kept
