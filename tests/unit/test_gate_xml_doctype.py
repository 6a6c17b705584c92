"""A DOCTYPE is refused, or stripped where the folder says so, and never mangles what stands around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from sync.errors import PairRejected
from sync.findings import Code
from tests.xml_gate import look, read, refusal

BILLION_LAUGHS = (
    '<?xml version="1.0"?>\n<!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1 or str()};" * 10}">' for n in range(1, 10))
    + "]><lolz>&lol9;</lolz>"
)


@pytest.mark.parametrize("strip", [False, True])
@pytest.mark.parametrize(
    "data",
    [
        BILLION_LAUGHS,
        '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]><a/>',
        "<!DOCTYPE a []><a/>",
        '<!DOCTYPE a SYSTEM "a.dtd" [<!ATTLIST a x CDATA "1">]><a/>',
    ],
)
def test_an_internal_subset_is_refused_even_where_a_doctype_is_stripped(data, strip):
    assert refusal(data, strip_doctype=strip).code is Code.XML_DOCTYPE


def test_a_bare_doctype_is_refused_with_its_line():
    finding = refusal('<?xml version="1.0"?>\n<!-- <!DOCTYPE x> -->\n<!DOCTYPE a SYSTEM "a.dtd">\n<a/>')

    assert (finding.code, finding.line) == (Code.XML_DOCTYPE, 3)


@pytest.mark.parametrize(
    "doctype",
    ["<!DOCTYPE a>", '<!DOCTYPE a SYSTEM\n "x>y.dtd"\n>', "<!DOCTYPE a PUBLIC '-//X//EN' 'http://127.0.0.1:9/a.dtd' >"],
)
def test_a_bare_doctype_is_stripped_where_the_folder_says_so_and_lines_keep_their_numbers(doctype):
    data = f'<?xml version="1.0"?>\n<!-- <!DOCTYPE b> -->{doctype}\n<a>ä</a>'

    root = read(data, strip_doctype=True)

    assert (root.text, root.getroottree().docinfo.doctype) == ("ä", "")
    assert root.sourceline == data.count("\n") + 1


@pytest.mark.parametrize("strip", [False, True])
def test_no_entity_leads_to_silently_missing_text(strip):
    data = '<!DOCTYPE a SYSTEM "a.dtd"><a>12&cur;50</a>'

    assert refusal(data, strip_doctype=strip).code in (Code.XML_DOCTYPE, Code.XML_NOT_WELL_FORMED)
    assert refusal("<a>12&cur;50</a>").code is Code.XML_NOT_WELL_FORMED


def test_the_five_entities_and_character_references_are_read():
    assert read("<a>&lt;&amp;&gt;&quot;&apos;&#8364;</a>").text == "<&>\"'€"


def test_a_doctype_in_a_comment_or_in_text_is_none():
    assert read("<!-- <!DOCTYPE a> --><a><![CDATA[<!DOCTYPE a>]]></a>").text == "<!DOCTYPE a>"


@pytest.mark.parametrize(
    "literal",
    ["a<!DOCTYPE a", "<!DOCTYPE a>", "x>y", "x[y", "x[y]>", "-->", "<!-- ", "<?x?>", "<a>4712</a>", "'", "ä€"],
)
def test_whatever_the_literal_of_a_doctype_holds_it_is_stripped_whole(literal):
    doctype = f'<!DOCTYPE a SYSTEM\n "{literal}">'

    prolog = look(f"<?xml version='1.0'?><!-- {literal.replace('-', '')} -->{doctype}<a>4711</a>", strip_doctype=True)

    assert prolog.data.decode() == f"<?xml version='1.0'?><!-- {literal.replace('-', '')} -->\n<a>4711</a>"


MISC = st.lists(
    st.sampled_from([" ", "\n", "<!-- <!DOCTYPE a> -->", "<!--[x]>-->", "<?p <!DOCTYPE a?>", "<?q ?>"]), max_size=4
).map("".join)
LITERAL = st.text(alphabet="<>[]!-?/'DOCTYPEa \nä%&;#", max_size=25)
PUBLIC = st.text(alphabet="-/: XEN'()?;!", max_size=10)


@given(MISC, st.one_of(st.none(), st.tuples(st.none() | PUBLIC, LITERAL)), MISC)
def test_a_doctype_without_a_subset_is_stripped_and_nothing_else_is(before, literals, after):
    public, system = literals or (None, None)
    keyword = "" if system is None else f' PUBLIC "{public}"' if public is not None else " SYSTEM"
    doctype = f"<!DOCTYPE a{keyword}" + ("" if system is None else f' "{system}"') + " >"

    prolog = look(f"<?xml version='1.0'?>{before}{doctype}{after}<a>4711</a>", strip_doctype=True)

    lines = "\n" * doctype.count("\n")
    assert prolog.data.decode() == f"<?xml version='1.0'?>{before}{lines}{after}<a>4711</a>"


@given(st.text(alphabet="<>[]!-?/'\"DOCTYPESYMaA =\n", max_size=40))
def test_what_is_stripped_leaves_the_document_that_another_reader_sees(text):
    data = f"<!DOCTYPE a{text}><a>4711</a>"

    try:
        root = read(data, strip_doctype=True)
    except PairRejected:
        return

    other = etree.fromstring(data, etree.XMLParser(load_dtd=False, remove_comments=True, remove_pis=True))
    assert etree.tostring(root) == etree.tostring(other)
