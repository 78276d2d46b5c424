-- columns and stars
select email from users
select u.email as e, k from users u
select public.users.card from public.users
select * from users
select u.*, o.* from users u, orders o
select o.*, u.name from users u join orders o on u.k = o.k
select *, email from users
table users
select ctid, tableoid::regclass, email from users
select "Camel Case", "select" from "Odd ""Name"
select o.* from "Odd ""Name" o
select pin, email from s.secrets
select s.secrets.pin from s.secrets
select email as name, name as email from users
-- whole rows
select u from users u
select users from users
select u.*::users from users u
select (u).email from users u
select (u.*)::text from users u
select row(u.*), row(u.email, 1) from users u
select row_to_json(u), to_jsonb(u) from users u
select to_jsonb(u) -> 'email', to_jsonb(u) ->> 'email' from users u
select json_agg(u) from users u
select array_agg(u.*) from users u
select u::text, o.k from users u, orders o
select count(u), count(u.*), count(*) from users u
select (array_agg(u))[1] from users u
select (home).street, (d.home).town, home from docs d
select row_to_json(x) from (select email, name from users) x
select x from (select email from users) x
select (x).email from (select email, name from users) x
-- expressions
select upper(email), lower(name), email || name, email || ' ' || card as c from users
select coalesce(null, email, name), nullif(email, name), greatest(email, name), least(card, name) from users
select case when k = 'k1' then email else name end, case k when 'k1' then card end from users
select substr(email, 2), left(name, 30), replace(card, 'x', 'y'), format('%s-%s', email, name) from users
select concat(email, name), concat_ws(',', email, card), quote_literal(name) from users
select email::varchar(40), cast(name as text), card collate "C" from users
select array[email, name], (array[email, name])[1], array[email] || array[card] from users
select tags, tags[1], tags[1:1], array_to_string(tags, ',') from docs
select data, data -> 'x', data ->> 'x', data #>> '{y,0}', data @> '{}' from docs
select jsonb_build_object('e', email), json_build_array(name, card) from users
select xmlelement(name e, email), xmlforest(name, card as c) from users
select string_agg(email, ',' order by name), array_agg(card), json_object_agg(k, name) from users
select min(email), max(name), count(card), count(distinct card) from users
select max(email) filter (where name > 'a') from users
select k, (select max(note) from orders o where o.k = u.k) from users u
select (select email from users order by k limit 1), (select pin from s.secrets where k = 'k1')
select exists (select email from users), array(select email from users)
select email in (select email from users), email = any (select name from users) from users
select (select u.email) from users u
select (select o.note from orders o where o.user_k = u.k limit 1) || u.name from users u
select percentile_disc(0.5) within group (order by email), mode() within group (order by name) from users
select first_value(email) over (order by k), lag(name) over w, lead(card, 1, email) over w, ntile(2) over w from users window w as (order by k)
select row_number() over (partition by email), sum(length(name)) over (order by card) from users
select nth_value(email, 2) over (order by k rows between unbounded preceding and unbounded following) from users
select num_nulls(email), length(name), md5(card), email is null from users
select overlay(email placing 'x' from 1), trim(both 'm' from name), position('k' in card), email like 'mk%' from users
select row(email, name) = row(name, email), (email, name) < (card, card) from users
select email operator(pg_catalog.||) name from users
-- sources
select d.x from (select id, email from (select k as id, email from users) i) as d (y, x)
select * from (select email, name from users) d
select d.* from (select email, count(*) from users group by email) d
select * from (select * from users) a, (select * from orders) b
select v.* from users u, lateral (select u.email as e, o.note from orders o where o.k = u.k) v
select l.e from users u cross join lateral (select u.email || u.name as e) l
select * from users join orders using (k)
select k, email, note from users join orders using (k)
select * from users natural join orders
select * from users u full join orders o on u.k = o.user_k
select * from users u left join orders o using (k) right join s.secrets x using (k)
select j.* from (users u join orders o using (k)) as j (a, b, c, d, e, f, g)
select j.b from (users u join orders o on u.k = o.k) as j (a, b)
select * from (users u join orders o on true) join docs on docs.k = u.k
select e.key, e.value from docs d, jsonb_each_text(d.data) e
select * from docs d, jsonb_each(d.data)
select value from docs, jsonb_array_elements_text(data -> 'y')
select t.x from docs, jsonb_array_elements(data -> 'y') as t (x)
select e from docs, jsonb_each(data) e
select d.k, t from docs d, unnest(d.tags) t
select t.* from docs d, unnest(d.tags) with ordinality as t (tag, n)
select * from unnest(array['a', 'b']) with ordinality as x (a, n), users
select g, email from generate_series(1, 2) g, users
select g.n, u.name from generate_series(1, 2) as g (n), users u
select * from rows from (generate_series(1, 2), jsonb_each('{"a": 1}')) as r (a, b), users
select x.a from users u, xmltable('/r' passing xmlelement(name r, xmlelement(name a, u.email)) columns a text path 'a', o for ordinality) x
select * from users u, json_to_record(json_build_object('a', u.email)) as x (a text)
select * from json_to_recordset((select json_agg(u) from users u)) as x (email text, name text)
select * from users tablesample bernoulli (100)
select * from only people
select * from (values ('a', 1), ('b', 2)) as v (x, y), users
select v.x from users u, lateral (values (u.email), (u.name)) as v (x)
values (1, (select email from users limit 1)), (2, (select name from users limit 1))
select * from now() as n, users
select current_date, email from users, current_date as d
-- set operations
select email from users union select note from orders
select email, 'x' from users union all select note, total from orders
select k, email from users except select k, pin from s.secrets
select email from users intersect select email from users
(select email from users order by k limit 1) union all (select name from users limit 1)
select email from users union all select name from users union all select card from users order by email limit 5
select x.v from (select email as v from users union all select note from orders) x
select * from users union all select k, pin, email, k from s.secrets
select null as a union all select email from users
-- common table expressions
with c as (select email from users) select * from c
with c (e) as (select email from users) select e from c
with a as (select email as x from users), b as (select x as y from a) select * from b
with users as (select note as email from orders) select email from users
with a as (select 1 as x) select (with a as (select email as x from users) select x from a limit 1), x from a
with recursive r (k, e) as (select k, email from users where k = 'k1' union all select o.k, o.note from orders o join r on o.k > r.k) select * from r
with recursive r (a, b, n) as (select email, name, 1 from users union all select b, a, n + 1 from r where n < 3) select * from r
with recursive r as (select k, email from users where k = 'k1' union select u.k, u.email from users u, r where u.k > r.k) search depth first by k set s select k, email, s from r
with recursive r as (select k, name from users where k = 'k1' union all select u.k, u.name from users u, r) cycle k set c using p select * from r
with c as materialized (select * from users), d as not materialized (select * from c) select d.name from d
with x as (select row_to_json(u) as j from users u) select j ->> 'card' from x
with a as (select email from users union all select note from orders) select a.email, b.email from a, a b
-- views
select * from mails
select mail from mails
select * from folk
select loud, label from folk
select * from both_sides
select * from used
select * from climbing
select * from lateral_docs
select * from windows
select * from whole
select * from nested
select * from cased
select * from seen
select * from grouped
select * from joined
select * from odd
select * from values_view, values_view v
select * from xmlish
select * from unnested
select * from deep
select * from kept
select * from through_kept
select * from through_functions
select f from folk f
select f.mail || f.loud from folk f
select (select mail from mails m where m.k = u.k) from users u
select d.l from (select loud as l from deep) d
-- partitions and inheritance
select * from visits
select page from visits_a
select * from visits_b
select region, page from visits union all select region, page from visits_b
select nick from people
select * from people
select nick, desk from staff
select p from people p
select tableoid::regclass, p.* from people p
-- functions
select shout(email) from users
select pins()
select * from pins()
select secret_of(k), email from users
select atomic(k), two(k), deep_call(k), coded(k) from users
select full_name(u), u.full_name from users u
select u.lower, lower(u), lower(u.email) from users u
select email(u) from users u
select p, email from users, pins() p
-- ordering and grouping
select email from users order by name
select email, name from users order by 2 desc limit 1
select distinct on (name) email from users order by name, card
select distinct card from users
select email, count(*) from users group by 1
select email, name, count(*) from users group by rollup (email, name)
select grouping(email), email from users group by grouping sets ((email), ())
select max(email) from users group by name having max(card) > 'mk' order by max(k)
select email from users offset 1 fetch first 1 rows only
select email from users for update
select email as e from users order by email collate "C"
-- system relations
select relname from pg_class where relname = 'users'
select table_name, column_name from information_schema.columns where table_name = 'users'
select relname, u.email from pg_class c, users u where c.relname = 'users'
-- what leaves
select set_config('app.x', email, false) from users
-- lateral and shadows
select (select email from (select note as email from orders) x limit 1) from users
select (select x.email from (select pin as email from s.secrets) x limit 1), email from users
select (select email from orders limit 1) from users
select users.email from users, lateral (select email from s.secrets where secrets.k = users.k) x
select x.email, y.email from users x join s.secrets y using (k)
select u.k from users u join orders u2 on u.email <> u2.note
select (select card from unnest(array(select u from users u)) as z (a) limit 1) from (select 1 as card) o
select z.* from unnest(array(select u from users u)) as z (a)
select (z).a from (select row(email, name) as a from users) z
select o.a from (select email from users) as o (a)
-- columns that the server computes
select loud from made
select both_ones, k from made
select * from made
select made from made
select loud from made_more
select m.*, turned from made_more m
select l, b from made_view
select k from made where loud > 'MK-MADE-EMAIL-1' order by both_ones
select loud, count(*) from made group by loud
delete from made where k = 'k1' returning loud, both_ones
insert into made (k, email, nick) select 'k9', email, name from users returning loud, both_ones
update made set email = u.card from users u where u.k = made.k returning loud
