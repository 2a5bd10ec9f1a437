"""HTTP: shapes in and out, guards, problem documents."""
