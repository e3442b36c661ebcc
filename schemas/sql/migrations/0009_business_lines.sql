-- Whose an interaction is: the business line of its last queue, as the newest setup has it. Up to here none was told,
-- and who is confined to a line found every other one's.
update interaction set business_line = line.name
from (
    select i.centre, queue ->> 'name' as queue, queue ->> 'business_line' as name
    from centre_import i, jsonb_array_elements(i.setup::jsonb -> 'queues') as queue
    where i.version = (select max(version) from centre_import newest where newest.centre = i.centre)
) line
where line.centre = interaction.centre and line.queue = interaction.queue and interaction.business_line = ''
    and line.name <> '';
