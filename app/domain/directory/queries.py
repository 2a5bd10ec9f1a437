"""How districts and their social workers are found."""

from app.db.views import Key, Many, One

_PRESENT = """
    (SELECT coalesce(json_agg(row_to_json(s) ORDER BY s.full_name, s.id), '[]') FROM (
       SELECT w.id, w.account_id, a.full_name, w.valid_from, w.valid_to
         FROM district_worker w
         JOIN account a ON a.centre_id = w.centre_id AND a.id = w.account_id
        WHERE w.centre_id = d.centre_id AND w.district_id = d.id
          AND w.valid_from <= app.today()
          AND (w.valid_to IS NULL OR w.valid_to > app.today())) s) AS workers
"""
_DISTRICT = (
    f"d.id, d.version, d.name, d.address, {_PRESENT}, app.z(d.created_at) AS created_at"
    " FROM district d"
)
DISTRICT = One(f"SELECT {_DISTRICT} WHERE d.id = :id::uuid")
DISTRICTS = Many(f"SELECT {_DISTRICT} WHERE true", (Key("d.name", "text"), Key("d.id", "uuid")))
_WORKER = (
    "w.id, w.version, w.district_id, w.account_id, a.full_name, w.valid_from, w.valid_to,"
    " app.z(w.created_at) AS created_at FROM district_worker w"
    " JOIN account a ON a.centre_id = w.centre_id AND a.id = w.account_id"
)
WORKER = One(f"SELECT {_WORKER} WHERE w.id = :id::uuid")
WORKERS = Many(
    f"SELECT {_WORKER} WHERE w.district_id = :district::uuid",
    (Key("w.valid_from", "date"), Key("w.id", "uuid")),
    descending=True,
    within="district d WHERE d.id = :district::uuid",
)
