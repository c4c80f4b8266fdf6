"""Reports: functions from what was checked to a text, one file per output."""
