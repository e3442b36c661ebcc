-- What a customer has and was promised, in Chinese beside English; "" where nobody wrote it.
alter table product add column title_zh text not null default '', add column detail_zh text not null default '';
alter table promise add column promised_zh text not null default '';
