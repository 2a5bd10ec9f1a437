"""What has happened: the outbox of the product, written in the transaction of what it tells.

Of families it is `event`, which is the timeline of a case as well; of the office, its people and
its machines `office_event`, which the manager alone may see. Ids are in the order of time in both.
"""
