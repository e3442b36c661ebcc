-- What reports and searches of the history find by.

-- Callers on hold, cut at the intervals of an agents' report.
create index segment_on_hold on segment (centre, to_at) where kind in ('hold', 'consult');

-- "The number that ends in …": a number read backwards begins with those digits.
create index personal_value_number_backwards on personal_value (centre, reverse(text) text_pattern_ops)
    where kind = 'ani';

-- Work by what it was about.
create index engagement_by_disposition on engagement (centre, disposition, contact);
