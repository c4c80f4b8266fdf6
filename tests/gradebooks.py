"""Gradebooks as Moodle and Canvas give them out, with what makes them hard."""

from __future__ import annotations

# Moodle's worksheets: in three languages, with hidden names, with a single row.

ENGLISH = """\
Identifier,Full name,ID number,Email address,Status,Group,Grade,Maximum Grade,\
Grade can be changed,Last modified (submission),Online text,Last modified (grade),Feedback comments
Participant 11,Ann Lee,7,ann@x.org,Submitted for grading - ,G,,10.00,Yes,"1 May 2023, 10:00",,-,
Participant 12,"Ray, Bob",8,bob@x.org,No submission,G,5.00,10.00,No,-,"a ""quoted""
line",-,<p>Well done</p>
Participant 13,Cy,9,cy@x.org,Submitted for grading,G,,10.00,Yes,-,,-,derive: old
"""
RUSSIAN = """\
\ufeffИдентификатор;Полное имя;Адрес электронной почты;Состояние;Оценка;Максимальная оценка;\
Оценка может быть изменена;Последнее изменение (ответ);Последнее изменение (оценка);Отзыв\r
"Участник 11";"Иванов Иван";ivan@x.ru;"Отправлено для оценивания";;"10,00";Да;-;-;\r
"Участник 12";"Петров Пётр";petr@x.ru;"Нет ответа";"3,50";"10,00";Нет;-;-;\r
"Участник 13";"Сидоров";sid@x.ru;"Нет ответа";;"10,00";Да;-;-;"Молодец"\r
"""
GERMAN = """\
ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung,Bewertung kann geändert werden,\
Zuletzt geändert (Abgabe),Zuletzt geändert (Bewertung),Feedback als Kommentar
Teilnehmer/in11,Ann Lee,ann@x.de,Zur Bewertung abgegeben,"4,00","10,00",Ja,-,-,
Teilnehmer/in12,Bob Ray,bob@x.de,Keine Abgabe,,"10,00",Nein,-,-,
"""
BLIND = """\
Identifier,Status,Grade,Maximum Grade,Grade can be changed,Last modified (grade),Feedback comments
Participant 11,,,10.00,Yes,-,
"""
ONE_ROW = """\
Идентификатор,Полное имя,Индивидуальный номер,Состояние,Оценка,Максимальная оценка,\
Может быть изменена,Изменено,Изменено,Отзыв
Участник 11,Иванов,12345,Черновик,,10.00,Да,-,-,
"""

# Canvas's exports.

EXPORT = """\
Student,ID,SIS User ID,SIS Login ID,Section,HW 3 (1234),HW 4 (1235),Total Points (read only),\
Old (1) (read only)
,,,,,Manual Posting,,,
    Points Possible,,,,,10,5.0,(read only),(read only)
"Lee, Ann",77,,ann@x.org,S1,,,0.0,
"Ray, Bob",78,,bob@x.org,"S1 and S2",EX,3,0.0,
"Студент, Третий",79,,c@x.org,S1,N/A,,0.0,
"Lee, Ann",80,,ann2@x.org,S1,7.50,,0.0,
"""
EUROPEAN = """\
\ufeffStudent;ID;SIS Login ID;Section;HW 3 (1234)\r
    Points Possible;;;;10,0\r
"Lee, Ann";77;ann@x.org;S1;\r
"""
