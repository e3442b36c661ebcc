-- Statements of callcenter/store/customers.py, pins.py and customer_import.py. $1 is the centre.

-- name: customers_by_number
-- Who has these numbers; the balance is that of the first account.
select n.number as asked, c.customer, c.grade, c.language, (
    select a.balance_cents from account a
    where a.centre = c.centre and a.customer = c.customer order by a.position limit 1
) as balance_cents
from customer_number n join customer c using (centre, customer)
where n.centre = $1 and n.number = any($2);

-- name: customers_by_account
-- Whose accounts these are, with their own balances.
select a.account as asked, c.customer, c.grade, c.language, a.balance_cents
from account a join customer c using (centre, customer)
where a.centre = $1 and a.account = any($2);

-- name: customer_known
-- A customer whom we know already; the balance is that of the first account.
select c.customer, c.grade, c.language, (
    select a.balance_cents from account a
    where a.centre = c.centre and a.customer = c.customer order by a.position limit 1
) as balance_cents
from customer c where c.centre = $1 and c.customer = $2;

-- name: customers_by_name
-- Whose name holds this text, as text: no character of it is a pattern.
select customer from customer
where centre = $1 and strpos(lower(name), lower($2)) > 0 order by customer limit $3;

-- name: customers_having
-- Everybody who has this number.
select customer from customer_number where centre = $1 and number = $2 order by customer limit $3;

-- name: customers_sought
-- Whose name, or one of whose numbers, holds this text, as text; names with a word that begins with it first. "" is in none.
select customer from customer c where centre = $1 and (
    ($2 <> '' and strpos(lower(name), lower($2)) > 0)
    or ($3 <> '' and exists (
        select from customer_number n
        where n.centre = c.centre and n.customer = c.customer and strpos(n.number, $3) > 0
    ))
) order by strpos(' ' || lower(name), ' ' || lower($2)) = 0, strpos(lower(name), lower($2)), name, customer limit $4;

-- name: customer_records
-- Everything that pops up on a desk, as the JSON of a customer_record.CustomerRecord each: one statement, every part by index.
select c.customer, json_build_object(
    'customer', c.customer,
    'name', c.name,
    'grade', c.grade,
    'language', c.language,
    'since_year', c.since_year,
    'numbers', (
        select coalesce(json_agg(n.number order by n.position), '[]')
        from customer_number n where n.centre = c.centre and n.customer = c.customer
    ),
    'products', (
        select coalesce(json_agg(json_build_object(
            'kind', p.kind, 'title', p.title, 'detail', p.detail, 'title_zh', p.title_zh, 'detail_zh', p.detail_zh
        ) order by p.position), '[]')
        from product p where p.centre = c.centre and p.customer = c.customer
    ),
    'promises', (
        select coalesce(json_agg(json_build_object(
            'made_on', p.made_on, 'promised', p.promised, 'promised_zh', p.promised_zh
        ) order by p.made_on desc, p.position), '[]')
        from promise p where p.centre = c.centre and p.customer = c.customer
    ),
    'contacts', (
        select coalesce(json_agg(json_build_object(
            'interaction', i.contact,
            'at', i.started_at,
            'queue', coalesce(i.queue, ''),
            'agent', coalesce(a.name, ''),
            'outcome', i.outcome,
            'disposition', coalesce(e.disposition, ''),
            'note', coalesce(v.text, ''),
            'business_line', i.business_line
        ) order by i.started_at desc, i.contact desc), '[]')
        from (
            select * from interaction
            where centre = c.centre and customer = c.customer and ended_at is not null
            order by started_at desc, contact desc limit $3
        ) i
        left join lateral (
            select agent, disposition, note from engagement
            where centre = i.centre and contact = i.contact
            order by kind in ('contact', 'outbound') desc, engagement desc limit 1
        ) e on true
        left join person a on a.centre = i.centre and a.agent = coalesce(e.agent, i.agent)
        left join personal_value v on v.centre = i.centre and v.ref = e.note
    )
)::text as record
from customer c where c.centre = $1 and c.customer = any($2);

-- name: customer_names
-- For lists.
select customer, name from customer where centre = $1 and customer = any($2);

-- name: count_pin_attempt
-- A try begins: it counts as failed before anything is compared. No row: no try is left.
update pin set attempts = attempts + 1
where centre = $1 and customer = $2 and key_id = $3 and attempts < $4
returning mac, attempts;

-- name: reset_pin_attempts
-- These PINs were right.
update pin set attempts = 0 where centre = $1 and customer = any($2);

-- name: pin_has_other_key
-- Whether this PIN can't be checked with our key.
select key_id <> $3 from pin where centre = $1 and customer = $2;

-- name: put_pin
-- Set a PIN; the same one again changes nothing, least of all its counter.
insert into pin (centre, customer, mac, key_id) values ($1, $2, $3, $4)
on conflict (centre, customer) do update set mac = excluded.mac, key_id = excluded.key_id, attempts = 0
where pin.mac <> excluded.mac;

-- name: put_customer
-- Make a customer what the file says.
insert into customer (centre, customer, name, grade, language, since_year) values ($1, $2, $3, $4, $5, $6)
on conflict (centre, customer) do update set
    name = excluded.name, grade = excluded.grade, language = excluded.language,
    since_year = excluded.since_year;

-- name: drop_numbers
-- Before the file's numbers come in.
delete from customer_number where centre = $1 and customer = any($2);

-- name: drop_accounts
-- Before the file's accounts come in.
delete from account where centre = $1 and customer = any($2);

-- name: drop_products
-- Before the file's products come in.
delete from product where centre = $1 and customer = any($2);

-- name: drop_promises
-- Before the file's promises come in.
delete from promise where centre = $1 and customer = any($2);

-- name: put_number
-- One number of a customer.
insert into customer_number (centre, number, customer, position) values ($1, $2, $3, $4)
on conflict (centre, number, customer) do nothing;

-- name: put_account
-- One account of a customer.
insert into account (centre, account, customer, position, balance_cents) values ($1, $2, $3, $4, $5);

-- name: put_product
-- One product of a customer.
insert into product (centre, customer, position, kind, title, detail, title_zh, detail_zh)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: put_promise
-- One promise made to a customer.
insert into promise (centre, customer, position, made_on, promised, promised_zh) values ($1, $2, $3, $4, $5, $6);
