"""Mappings that are wrong: each mistake is told with its file, line, column and what to do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import ConfigurationError
from sync.mapping.language.parser import parse
from sync.mapping.language.tree import MappingTree

HEAD = "mapping m\nsource a.xsd A\ntarget b.xsd B\n"
TABLE = 'table t\n  "a" -> b\n'


def mistakes(text):
    with pytest.raises(ConfigurationError) as raised:
        parse(text, "mapping.map")
    return raised.value.problems


def told(text):
    return [f"{problem.line}:{problem.column} {problem.what} ({problem.suggestion})" for problem in mistakes(text)]


# Each is added to a right head of three lines, so that its first line is line 4.
WRONG_LINES = [
    # words
    (
        "sorce x.xsd X",
        [
            "4:1 unknown statement: sorce (did you mean source?)",
            "4:1 source stands already in line 2 (remove one of them)",
        ],
    ),
    ("Eahc A <- B\n  C <- D", ["4:1 unknown statement: Eahc (did you mean each?)"]),
    (
        "iff A\n  C <- D\nesle\n  C <- E",
        ["4:1 unknown statement: iff (did you mean if?)", "6:1 unknown statement: esle (did you mean else?)"],
    ),
    ("Name", ["4:5 expected one of <-, <-?, <-nil, =, =? after the target ()"]),
    ("Name Benennung", ["4:6 expected one of <-, <-?, <-nil, =, =? after the target ()"]),
    ("Name -> A", ["4:6 expected one of <-, <-?, <-nil, =, =? after the target ()"]),
    ("Name == A", ["4:6 expected one of <-, <-?, <-nil, =, =? after the target ()"]),
    ("? <- A", ["4:1 expected the name of an element or attribute ()"]),
    # head
    ("mapping n", ["4:1 mapping stands already in line 1 (remove one of them)"]),
    ("when A\nwhen B", ["5:1 when stands already in line 4 (remove one of them)"]),
    ("when", ["4:5 expected a condition ()"]),
    ("when 'x'", ["4:6 a constant is no condition (compare it with a path: Path = 'text')"]),
    ("when A = 'x' B", ["4:14 unexpected B after the when statement ()"]),
    ("pdf requird", ["4:5 expected required, optional, none or <- path, not requird (did you mean required?)"]),
    ("pdf = 'x'", ["4:5 = does not go with pdf (write pdf <- path)"]),
    ("volatile @a @b", ["4:13 unexpected @b (separate paths by commas)"]),
    ("link", ["4:5 expected the name of a [link …] section of config.ini ()"]),
    ("ignore A", ["4:9 expected the reason in quotes ()"]),
    ("ignore A not needed", ['4:10 expected the reason in quotes (put it in quotes: "not needed")']),
    ("ignore A ' '", ["4:10 the reason is empty ()"]),
    ("ignore A[1] 'x'", ["4:8 ignore takes a path without predicates ()"]),
    ("skip 'x'", ["3:1 a mapping that skips has no target and no rules (remove skip or target)"]),
    # the object block
    ("object d", ["4:1 an object block needs lines (indent them: number <- path)"]),
    ("object d\n  title <- A", ["4:1 the object has no number (add the line: number <- path)"]),
    ("object d\n  numbr <- A", ["5:3 unknown line in an object block: numbr (did you mean number?)"]),
    ("object d\n  number <-? A", ["5:10 the number of an object cannot be left out (write <- or =)"]),
    ("object d\n  number <- A\n  number <- B", ["6:3 number stands already in line 5 (use else for a second source)"]),
    ("object d\n  number <- A\n  title <- B order letters", ["6:14 only revision has an order ()"]),
    ("object d\n  number <- A\n  revision <- B order leters", ["6:23 unknown order: leters (did you mean letters?)"]),
    (
        "object d\n  number <- A\n  revision <- B => order none",
        ["6:20 order is no function (leave out the => before order)"],
    ),
    ("object d\n  number <- A\n  revision <- B order list", ["6:27 expected a revision in quotes ()"]),
    ("object d\n  number <- A\n  revision <- B order list 'A' 'A'", ['6:32 "A" stands twice in the order ()']),
    ("object d\n  number <- $action", ["5:13 object sees the document only: $action has no value there ()"]),
    # tables
    ("table t", ['4:1 the table t has no rows (indent them: "from" -> to)']),
    ("tabel t\n  a -> b", ["4:1 unknown statement: tabel (did you mean table?)"]),
    (TABLE + TABLE, ["6:1 the table t stands already in line 4 (remove one of them)"]),
    ('table t\n  "a" -> b\n  a -> c', ['6:3 the row "a" stands already in line 5 (remove one of them)']),
    ("table t\n  * -> b\n  * -> c", ["6:3 the row * stands already in line 5 (remove one of them)"]),
    ("table t\n  in Arbeit -> draft", ['5:3 a value of more than one word stands in quotes ("in Arbeit")']),
    ("table t\n  a -> in review", ['5:8 a value of more than one word stands in quotes ("in review")']),
    ("table t\n  a = b", ['5:3 expected -> in a row of a table ("from" -> to)']),
    ("table t\n  C62\tStk", ['5:3 expected -> in a row of a table ("from" -> to)']),
    ("table t\n  C62;Stk", ['5:3 expected -> in a row of a table ("from" -> to)']),
    ("table t\n  'a' = b", ['5:7 expected -> in a row of a table ("from" -> to)']),
    ("table t\n  '' -> b", ['5:3 a missing value never reaches a table (write else "…" before => map)']),
    ("table t\n  a -> b\n    c -> d", ["6:5 this is indented, but the line above opens no block ()"]),
    # values
    ("T <-", ["4:5 expected a path of the source ()"]),
    ("T = RFQ", ['4:5 = takes a text in quotes (= "RFQ" for a constant, <- RFQ for a path of the source)']),
    ("T = „x“", ["4:5 „ is no quote here (write \" or ' before and after the text)"]),
    ("T <- 'x'", ["4:6 a quoted value cannot be the first source (write = for a constant or template)"]),
    ("T <- 5", ['4:6 a constant is written in quotes ("5")']),
    ("T <- A else 'x' else B", ["4:17 nothing after a quoted value is ever reached (put the quoted value last)"]),
    ("T <- A => trim else 'x'", ["4:16 else stands before the functions (they apply to what the whole chain gave)"]),
    ("T = 'x' else 'y'", ["4:9 else does not go with = (write <- and a path before it)"]),
    ("T <- in Arbeit", ["4:9 unexpected Arbeit after the rule ()"]),
    ("T = 'x", ["4:5 this quote is not closed ()"]),
    ("T <- A => trim  'x  # no", ["4:17 this quote is not closed ()"]),
    ('T = "{A B}"', ["4:6 { is not closed (write {{ for a brace; only a path can stand between { and })"]),
    ('T = "{A"', ["4:6 { is not closed (write {{ for a brace; only a path can stand between { and })"]),
    ('T = "A}"', ["4:7 } without { (write }} for a brace)"]),
    ('T = "{}"', ["4:6 { without a path (write {{ for a brace; only a path can stand between { and })"]),
    ('T = "{-"', ["4:6 { without a path (write {{ for a brace; only a path can stand between { and })"]),
    ('T = "x" // why', ["4:9 unexpected // why after the rule (a comment begins with #)"]),
    # paths and expressions
    ("T <- //A", ["4:6 // is not part of the language (write the whole path)"]),
    ("T <- A//B", ["4:7 // is not part of the language (write the whole path)"]),
    ("T <- ../A", ["4:6 .. is not part of the language (start at the root with /, or open an each block)"]),
    ("T <- A/*", ["4:8 * is not part of the language (name the element)"]),
    ("T <- A/@*", ["4:8 @* is not part of the language (name the attribute)"]),
    ("T <- A | B", ["4:8 | is not part of the language (use else between two sources)"]),
    ("T <- A + B", ["4:8 arithmetic is not part of the language ()"]),
    ("T <- child::A", ["4:6 the axis child:: is not part of the language ()"]),
    ("T <- A/text()", ["4:8 text() is not part of the language as a step ()"]),
    ("T <- concat(A, B)", ['4:6 concat() is not part of the language (write a template: = "{A} {B}")']),
    ("T <- A[start-with(., 'x')]", ["4:8 start-with() is not part of the language (did you mean starts-with?)"]),
    ("T <- A[contains(., 'x', 'y')]", ["4:8 contains() takes 2 arguments, not 3 ()"]),
    ("T <- count('x')", ["4:12 count() counts the nodes of a path ()"]),
    ("T <- A[0]", ["4:8 there is no [0] (the first of all is [1])"]),
    ("T <- A[1.5]/B", ["4:8 there is no [1.5] (the first of all is [1])"]),
    ("when A == '1'", ["4:8 == is not part of the language (write =)"]),
    ("when A = '1' || B", ["4:14 || is not part of the language (write or)"]),
    ("when A && B", ["4:8 && is not part of the language (write and)"]),
    ("T <- A[B = '1'", ["4:7 [ is not closed ()"]),
    ("T <- A[1 < 2 < 3]", ["4:14 only two values can be compared (join two comparisons with and)"]),
    ("T <- @a/B", ["4:8 nothing can follow an attribute ()"]),
    ("T <- @a[1]", ["4:8 an attribute takes no predicate ()"]),
    ("T <- A/**", ["4:7 unexpected /** after the rule ()"]),
    ("T <- " + "(" * 60 + "A", ["4:56 an expression of more than 50 brackets and operators ()"]),
    ("T <- $pdfname", ["4:6 there is no variable $pdfname (did you mean $pdf_name?)"]),
    ("T <- $pair/A", ["4:11 $pair is a value: no step and no predicate follows it ()"]),
    ("T <- $documents", ["4:6 $documents is a list (write each Target <- $documents)"]),
    ("T <- $position", ["4:6 $position has a value inside each only ()"]),
    ("when $pair = 'x'", ["4:6 when sees the document only: $pair has no value there ()"]),
    # targets and blocks
    ("/T <- A", ["4:1 a target is a path below the current target element (leave out what leads there)"]),
    ("'x' -> T", ['4:1 a rule begins with the target (as in: Target = "text")']),
    ("T[1] <- A", ["4:1 in a target only [@type='Sub'] can follow an element ()"]),
    ("T <- A\nT = 'x'", ["5:1 a rule for T stands already in line 4 (use else for a second source)"]),
    ("each A <- B\n  T <- C\n  ./T <- D", ["6:3 a rule for T stands already in line 5 (use else for a second source)"]),
    ("each A <- B", ["4:1 no lines follow that are indented under it (indent the lines of the block)"]),
    ("each A = 'x'\n  T <- C", ["4:8 expected <- (at least one) or <-? (any number) after the target of each ()"]),
    (
        "each A <- B => trim\n  T <- C",
        ["4:13 unexpected => trim after the path of each (else and functions go with a rule)"],
    ),
    ("each A <- $pair\n  T <- C", ["4:11 $pair is one value (the only list is $documents)"]),
    ("each A <- B\n  ignore C 'x'", ["5:3 ignore stands at the top level, not in a block ()"]),
    ("T <- A\n  U <- B", ["5:3 this is indented, but the line above opens no block ()"]),
    ("else\n  T <- A", ["4:1 else without an if before it (it stands right below its if, equally indented)"]),
    (
        "if A\n  T <- A\nU <- B\nelse\n  T <- C",
        ["7:1 else without an if before it (it stands right below its if, equally indented)"],
    ),
    ("if A\n  T <- A\nelse if B\n  T <- C", ["6:6 else if is not part of the language (open an if block under else)"]),
    ("each A <- B\n\tT <- C", ["5:1 a tab in the indentation (indent with spaces)"]),
    ("each A <- B\n    T <- C\n  U <- D", ["6:3 this indentation fits no block above (use 0 or 4 spaces)"]),
    # functions
    ("T <- A => trimm", ["4:11 unknown function: trimm (did you mean trim?)"]),
    ("T <- A => trim 1", ["4:16 trim does not take 1 here (write trim)"]),
    ("T <- A => cut", ["4:11 cut lacks N (write cut N)"]),
    (
        "T <- A => cut x => pad '1'",
        [
            "4:15 N is a whole number from 1 to 99999, not x (write cut N)",
            "4:24 N is a whole number from 1 to 99999, not 1 (write pad N)",
        ],
    ),
    ("T <- A => cut 1, 2", ["4:16 arguments are separated by spaces ()"]),
    ("T <- A =>", ["4:10 expected the name of a function after => ()"]),
    ("T <- A => date dd.MM.yyyy", ['4:16 FORMAT stands in quotes ("dd.MM.yyyy")']),
    (
        "T <- A => date 'DD.MM.yyyy'",
        ['4:16 DD means nothing in a date format, dd does (write date "FORMAT" [or "FORMAT"]…)'],
    ),
    (
        "T <- A => date 'dd. MMM yyyy'",
        [
            "4:16 MMM would be the name of a month, and names are not read: MM is its two digits"
            ' (write date "FORMAT" [or "FORMAT"]…)'
        ],
    ),
    (
        "T <- A => date 'MM.yyyy'",
        ['4:16 a date format needs dd, MM and yyyy (or yy) (write date "FORMAT" [or "FORMAT"]…)'],
    ),
    (
        "T <- A => datetime 'dd.MM.yyyy' zone 'Europe/Berln'",
        ["4:38 there is no time zone Europe/Berln (did you mean Europe/Berlin?)"],
    ),
    (
        "T <- A => number '1.234'",
        ['4:18 1.234 can be read in two ways: write as 1.234,5 or 1234.5 what is meant (write number "SAMPLE")'],
    ),
    ("T <- A => replace '' 'x'", ['4:19 OLD is empty (write replace "OLD" "NEW")']),
    ("T <- A => join ',' => join ';'", ["4:23 join stands twice: after the first one there is one value ()"]),
    ("T <- A => number-of project", ["4:21 number-of lacks SYSTEM (write number-of KIND SYSTEM)"]),
    (
        "object d\n  number <- A => number-of project pdm",
        [
            "5:18 number-of stands in rules only"
            " (the object block says which object it is, before anything is looked up)"
        ],
    ),
    (TABLE + "T <- A => map tt", ["6:15 there is no table tt (did you mean t?)"]),
    ("T <- A => map status", ["4:15 there is no table status (add: table status)"]),
]


@pytest.mark.parametrize(("lines", "expected"), WRONG_LINES, ids=[lines[:40] for lines, _ in WRONG_LINES])
def test_a_wrong_line_is_told_with_its_place_and_what_to_do(lines, expected):
    assert told(HEAD + lines) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("needs project <- A", "4:1 needs is not built in this version of pairsync ()"),
        ("fact phase <- A", "4:1 fact is not built in this version of pairsync ()"),
        ("object d\n  number <- A\n  fact phase <- B", "6:3 fact is not built in this version of pairsync ()"),
        ("object d\n  number <- A\n  lead pdm", "6:3 lead is not built in this version of pairsync ()"),
    ],
)
def test_what_is_not_built_yet_is_refused_by_name(lines, expected):
    assert told(HEAD + lines) == [expected]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            "",
            [
                "1:1 the mapping statement is missing (add the line: mapping NAME)",
                "1:1 the source statement is missing (add the line: source FILE ROOT)",
                "1:1 the target statement is missing (add the line: target FILE ROOT)",
            ],
        ),
        ("mapping m\nsource a.xsd A", ["1:1 the target statement is missing (add the line: target FILE ROOT)"]),
        ("mapping m\nsource a.xsd A\nskip", ["3:5 expected the reason in quotes ()"]),
        ("mapping m\nsource a.xsd\ntarget b.xsd B", ["2:13 expected the name of the root element (a.xsd ROOT)"]),
        *(
            (
                f"mapping m\nsource {file} A\ntarget b.xsd B",
                ["2:8 the folders of a file name are separated by /, not by \\ (write / for each of them)"],
            )
            for file in (r"..\crm\a.xsd", r"a\b.xsd", r'"crm\a.xsd"')
        ),
        (
            "mapping m\nsource a b.xsd A\ntarget b.xsd B",
            ["2:16 unexpected A after the root element (put a file name with spaces in quotes)"],
        ),
        (
            HEAD.replace("mapping m", "mapping Mein Muster_1"),
            ["1:9 Mein Muster_1 is not a name of lower-case letters, digits and hyphens (try mein-muster-1)"],
        ),
        (
            "mapping m\nsource a.xsd A\nskip 'x'\nT <- A",
            ["4:1 a mapping that skips has no target and no rules (remove skip or the rules)"],
        ),
        ("  " + HEAD, ["1:3 the first line must not be indented ()"]),
        ("  " + HEAD.replace("\n", "\n  "), ["1:3 the first line must not be indented ()"]),
    ],
)
def test_a_wrong_head_is_told_with_its_place_and_what_to_do(head, expected):
    assert told(head) == expected


def test_one_bad_line_does_not_hide_the_others():
    text = HEAD + "A <- //B\neach C <- 'x\n  D <- ..\n  E = F\ntable t\n  a b -> c\nG <- H => map t => trimm\nI <- J\n"

    assert [(problem.line, problem.column) for problem in mistakes(text)] == [
        (4, 6),
        (5, 11),
        (6, 8),
        (7, 7),
        (9, 3),
        (10, 20),
    ]


def test_a_problem_names_the_file_and_shows_the_rule_as_written():
    (problem,) = mistakes(HEAD + "Name   <- A => trimm   # shorter\n")

    assert problem.file == "mapping.map"
    assert problem.where == "Name   <- A => trimm"
    assert str(problem).startswith("mapping.map:4:16: Name")


def test_of_a_long_line_what_stands_around_the_mistake_is_shown():
    long = "  or ".join(f"A = 'value number {number}'" for number in range(20))

    (first,) = mistakes(f"{HEAD}whenn {long}\n")
    (last,) = mistakes(f"{HEAD}when {long} or B(\n")

    assert first.where == f"whenn {long}"[:100] + "…"
    assert last.where.startswith("…")
    assert last.where.endswith("'value number 19' or B(")
    assert len(last.where) <= 102


def test_blocks_that_are_nested_too_deeply_are_refused():
    text = HEAD + "".join(f"{'  ' * level}if A\n" for level in range(200))

    assert any("blocks are nested more than 20 deep" in problem.what for problem in mistakes(text))


CHARACTERS = "abA/@.*[]()<>=!?|,:;$#{}\"'\\ \t\n-+_&0ä\u2028\x0b\ufeff"
WORDS = (
    "mapping source target when pdf link skip withdraw volatile object table each if else ignore required number "
    "revision order list count( not( $documents $pair date cut map \"x\" 'x' '1.234,5' A B/C @d <- <-? <-nil = =? => "
    "-> * /**"
)
PIECES = st.sampled_from([*CHARACTERS, *WORDS.split(), *(f"{word} " for word in WORDS.split()), "\n  ", "\n    "])


@given(st.one_of(st.text(), st.lists(PIECES, max_size=60).map("".join)), st.booleans())
def test_whatever_is_written_gives_a_tree_or_problems_with_their_places(text, with_head):
    problems = ()

    try:
        tree = parse((HEAD if with_head else "") + text, "mapping.map")
    except ConfigurationError as error:
        tree, problems = None, error.problems

    assert isinstance(tree, MappingTree) or problems
    assert all(problem.line and problem.column and problem.what for problem in problems)
