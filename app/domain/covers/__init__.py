"""Absence cover: on some days one worker's families, districts and tasks are another's too."""
