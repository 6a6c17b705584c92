"""What is wrong with config.ini is said, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.config import load
from sync.errors import ConfigurationError
from tests.config import problems, with_lines

ADD = "write ${env:NAME}, ${file:PATH} or ${cred:NAME} and keep the secret there"
WRONG = {
    # values
    ("[route there]", "every = 5x"): '9: [route there] every = "5x": not a duration (try 30s, 5m, 2h)',
    ("[folder in]", "quiet = -2s"): '3: [folder in] quiet = "-2s": not a duration (try 30s, 5m, 2h)',
    ("[folder in]", "max-xml = 20 apples"): (
        '3: [folder in] max-xml = "20 apples": not a size (try 500 KB, 20 MB, 1 GB)'
    ),
    ("[folder in]", "max-pdf = 0"): (
        '3: [folder in] max-pdf = "0": a limit of nothing lets nothing through (try 500 KB, 20 MB, 1 GB)'
    ),
    ("[folder in]", "max-tags = 0"): '3: [folder in] max-tags = "0": too little (1 is the least)',
    ("[folder in]", "doctype = allow"): (
        '3: [folder in] doctype = "allow": not one of the words for it (write refuse or strip)'
    ),
    ("[folder out]", "mode = 999"): (
        '6: [folder out] mode = "999": not the rights of a file in octal (try 0640 or 0664)'
    ),
    ("[folder out]", "mode = 0040"): '6: [folder out] mode = "0040": its owner could not read it (try 0640 or 0664)',
    ("[folder out]", "output-encoding = EBCDIC"): (
        '6: [folder out] output-encoding = "EBCDIC": not an encoding that pairsync knows '
        "(one of UTF-8, UTF-16, Windows-1252, ISO-8859-1, ISO-8859-15, US-ASCII)"
    ),
    ("[folder in]", "done-file = fertig"): (
        '3: [folder in] done-file = "fertig": the same for every pair (put in one of {stem}, {name})'
    ),
    ("[folder in]", "done-file = {stem}.xml"): (
        '3: [folder in] done-file = "{stem}.xml": a done file is neither .xml nor .pdf (try {stem}.ok or {name}.done)'
    ),
    ("[folder in]", "done-file = ok/{stem}.ok"): (
        '3: [folder in] done-file = "ok/{stem}.ok": not the name of a file: it holds a path separator '
        "(folders are not made; write a plain name)"
    ),
    ("[route there]", "name = {number}_{rev}"): (
        '9: [route there] name = "{number}_{rev}": unknown placeholder {rev} '
        "(one of {stem}, {number}, {revision}, {kind}, {transfer})"
    ),
    ("[route there]", "name = {stem"): (
        '9: [route there] name = "{stem": a { or } that belongs to no placeholder '
        "(one of {stem}, {number}, {revision}, {kind}, {transfer})"
    ),
    ("[route there]", "name = {revision}"): (
        '9: [route there] name = "{revision}": the same for every pair (put in one of {stem}, {number}, {transfer})'
    ),
    ("[route there]", "name = {stem}.pdf"): (
        '9: [route there] name = "{stem}.pdf": the extension is added by itself (write {stem})'
    ),
    ("[route there]", "batch = many"): '9: [route there] batch = "many": not a whole number (write digits only)',
    ("[route there]", "batch = 20000"): '9: [route there] batch = "20000": too much (10000 is the most)',
    ("[route there]", "paused = vielleicht"): (
        '9: [route there] paused = "vielleicht": neither yes nor no (write yes or no)'
    ),
    ("[route there]", "pdf = optional"): (
        '9: [route there] pdf = "optional": not one of the words for it (write required)'
    ),
    ("[route there]", "pdf.javascript = yes"): (
        '9: [route there] pdf.javascript = "yes": not one of the words for it (write reject, warn or allow)'
    ),
    ("[route there]", "mappings = a;b"): (
        '9: [route there] mappings = "a;b": a;b is not a name (separate names by commas; * stands for any characters)'
    ),
    ("[route there]", "cron = 0 2 * *"): (
        '9: [route there] cron = "0 2 * *": not the five fields of a cron line (try "0 2 * * *": every night at two)'
    ),
    ("[route there]", "cron = 0 25 * * *"): (
        '9: [route there] cron = "0 25 * * *": there is no hour 25 (* or 0 to 23, as in 1,3 or 1-5 or */2)'
    ),
    ("[pairsync]", "language = fr"): ('2: [pairsync] language = "fr": not one of the words for it (write de or en)'),
    ("[pairsync]", "keep = a while"): ('2: [pairsync] keep = "a while": not a number of days (try 90 days or never)'),
    ("[pairsync]", "ledger = postgresql://db/ledger"): (
        '2: [pairsync] ledger = "postgresql://db/ledger": a ledger in PostgreSQL comes with a later version '
        "(write the path of a local file)"
    ),
    ("[pairsync]", "language ="): (
        '2: [pairsync] language = "": has no value (give it one, or put # in front of the line)'
    ),
    ("[pairsync]", "language = de # German"): (
        '2: [pairsync] language = "de # German": a comment needs a line of its own (put it on the line above)'
    ),
    ("[folder in]", "quiet = 2s\n  deadline = 4h"): (
        '3: [folder in] quiet = "2s ⏎ deadline = 4h": goes on in the next line '
        "(begin every key at the start of its line)"
    ),
    # keys and sections
    ("[folder in]", "qiet = 5s"): '3: [folder in] qiet = "5s": unknown key (did you mean quiet?)',
    ("[route there]", "pdf.javscript = warn"): (
        '9: [route there] pdf.javscript = "warn": unknown key (did you mean pdf.javascript?)'
    ),
    ("[route there]", "pdf.cpu = allow"): '9: [route there] pdf.cpu = "allow": always rejected (remove the line)',
    ("[link x]", "uri = https://a/{number}\nurl = https://a/{number}"): (
        '12: [link x] uri = "https://a/{number}": unknown key (did you mean url?)'
    ),
    ("[ruote back]", ""): "11: [ruote back]: unknown section (did you mean route?)",
    ("[DEFAULT]", "quiet = 2s"): "11: [DEFAULT]: unknown section (one of pairsync, folder, route, link)",
    ("[pairsync x]", ""): "11: [pairsync x]: this section has no name (write [pairsync])",
    ("[folder]", "url = x"): (
        "11: [folder]: a folder needs a name "
        "(write [folder NAME]; letters, digits and . _ - make one, as in crm-export)"
    ),
    ("[folder in]", "quiet = 2s\nquiet = 5s"): "4: [folder in] quiet: this key is there twice (keep one of the lines)",
    ("[folder x]", "system = crm\nurl = x\n[folder x]\nsystem = crm\nurl = y"): (
        "14: [folder x]: this section is there twice (put both together)"
    ),
    ("[folder in]", "half a line"): "3: half a line: neither [section] nor key = value",
    ("[route half]", "from = in"): "11: [route half]: to is missing (add a line to = …)",
    ("[route there]", "on-duplicate = report"): (
        '9: [route there] on-duplicate = "report": not one of the words for it (write quiet, note or deliver)'
    ),
    # what comes later is refused by name
    ("[folder far]", "system = crm\nurl = sftp://crm.example.com/out"): (
        '13: [folder far] url = "sftp://crm.example.com/out": SFTP folders come with a later version '
        "(write the path of a local folder)"
    ),
    ("[folder in]", "documents = x/../inbox"): (
        '3: [folder in] documents = "x/../inbox": in the way of [folder in] (take another folder)'
    ),
    ("[folder in]", "documents = outbox/pdf"): (
        '3: [folder in] documents = "outbox/pdf": in the way of [folder out] (take another folder)'
    ),
    ("[folder in]", "documents = pdf\nprocessed = pdf"): (
        '4: [folder in] processed = "pdf": the same folder as documents of [folder in] (take another folder)'
    ),
    ("[mail]", "to = anna@example.com"): "11: [mail]: mails come with a later version",
    ("[console]", "port = 80"): "11: [console]: the console comes with a later version",
    ("[cluster]", "nodes = 3"): "11: [cluster]: the cluster comes with a later version",
    # secrets
    ("[folder in]", "password = geheim"): (
        f'3: [folder in] password = "**********": a secret does not belong into this file ({ADD})'
    ),
    ("[folder far]", "system = crm\nurl = sftp://anna:geheim@crm.example.com/"): (
        f'13: [folder far] url = "**********": a secret does not belong into this file ({ADD})'
    ),
    ("[folder in]", "password = ${env:CRM}"): (
        '3: [folder in] password = "**********": SFTP folders come with a later version'
    ),
    ("[folder in]", "password = ${keyring:CRM}"): (
        f'3: [folder in] password = "**********": the keyring comes with a later version ({ADD})'
    ),
    ("[folder in]", "password geheim"): "3: **********: neither [section] nor key = value",
    # paths
    ("[folder far]", "system = crm\nurl = \\\\server\\share"): (
        '13: [folder far] url = "\\\\server\\share": not a path on this machine '
        "(mount the share and write the path of the mount, with /)"
    ),
    ("[folder far]", "system = crm\nurl = ~/inbox"): (
        '13: [folder far] url = "~/inbox": a path is taken as it is written (write it without ~ and ${…})'
    ),
    ("[folder far]", "system = crm\nurl = file:///inbox"): (
        '13: [folder far] url = "file:///inbox": not a path on this machine (write the path itself, without file://)'
    ),
    # what does not fit together
    ("[route lost]", "from = inn\nto = out"): (
        '12: [route lost] from = "inn": there is no such folder (did you mean in?)'
    ),
    ("[route lost]", "from = in\nto = elsewhere"): (
        '13: [route lost] to = "elsewhere": there is no such folder (add a section [folder elsewhere])'
    ),
    ("[route again]", "from = in\nto = out"): (
        "11: [route again]: the same way as [route there] in line 8 (put all mappings into one of them)"
    ),
    ("[route there]", "cron = 0 2 * * *\nevery = 5m"): (
        '9: [route there] cron = "0 2 * * *": every says already when (keep one of both)'
    ),
    ("[folder out]", "quiet = 2s"): (
        '6: [folder out] quiet = "2s": no effect: routes only lead to this folder (remove the line)'
    ),
    ("[folder in]", "mode = 0640"): (
        '3: [folder in] mode = "0640": no effect: routes only lead from this folder (remove the line)'
    ),
    ("[folder deep]", "system = crm\nurl = inbox/deep"): (
        '13: [folder deep] url = "inbox/deep": lies in [folder in] in line 2 (give each a folder of its own)'
    ),
    ("[folder same]", "system = crm\nurl = ./other/../inbox"): (
        '13: [folder same] url = "./other/../inbox": the same folder as [folder in] in line 2 '
        "(give each a folder of its own)"
    ),
    ("[folder in]", "error = outbox/errors"): (
        '3: [folder in] error = "outbox/errors": in the way of [folder out] (take another folder)'
    ),
    ("[folder in]", "processed = old\nerror = old"): (
        '4: [folder in] error = "old": the same folder as processed of [folder in] (take another folder)'
    ),
    ("[link doc]", "url = pdm:{number}"): (
        '12: [link doc] url = "pdm:{number}": links are http or https (add a line schemes = pdm if it is meant)'
    ),
    ("[link doc]", "url = https://{number}.example.com/"): (
        '12: [link doc] url = "https://{number}.example.com/": no placeholder may stand in the name of the server '
        "(write the server's name)"
    ),
    ("[link doc]", "url = documents/{number}"): (
        '12: [link doc] url = "documents/{number}": not the template of a URL '
        "(try https://pdm.example.com/documents/{number})"
    ),
    ("[link doc]", "url = https://a.example/{number}\nkind = doc*"): (
        '13: [link doc] kind = "doc*": doc* is not a kind of object (write each by its name, as in customer, article)'
    ),
    (
        "[link a]",
        "url = https://a.example/{number}\nkind = x, y\n[link b]\nurl = https://b.example/{number}\nkind = y",
    ): ('16: [link b] kind = "y": [link a] is for y already (take the word out of one of them)'),
}


@pytest.mark.parametrize(("lines", "message"), WRONG.items(), ids=lambda value: str(value)[:60])
def test_what_is_wrong_is_said_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: tuple[str, str], message: str
) -> None:
    found = problems(tmp_path, monkeypatch, with_lines(*lines))

    assert found == [f"config.ini:{message}"]


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (
        "above = all\n[pairsync]\nledger = postgresql://x\nlanguage = fr\nlanguage = de\n[folder in]\nsystem = crm\n"
        "url = inbox\nqiet = 2s\n[route back]\nfrom = in\nto = there\nevery = 5x\n[mail]\n"
    )

    lines = [message.split(" ")[0] for message in problems(tmp_path, monkeypatch, text)]

    assert lines == [f"config.ini:{line}:" for line in (1, 3, 4, 5, 9, 13, 14)]


def test_a_route_back_over_the_same_folders_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = problems(tmp_path, monkeypatch, with_lines("[route back]", "from = out", "to = in"))

    assert len(found) == 2
    assert "it would pick up what this one delivers" in found[0]


def test_a_route_to_itself_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = problems(tmp_path, monkeypatch, with_lines("[route self]", "from = in", "to = in"))

    assert 'config.ini:13: [route self] to = "in": a route leads from one folder to another' in found


def test_a_file_that_is_not_utf_8_is_refused_with_the_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = problems(tmp_path, monkeypatch, b"[pairsync]\n# f\xfcr alle\n")

    assert found == ["config.ini:2: byte FC is not UTF-8 (it is probably Windows-1252: save it as UTF-8)"]


def test_a_file_that_is_missing_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none\.ini: cannot be read: No such file or directory"):
        load(tmp_path / "none.ini")
