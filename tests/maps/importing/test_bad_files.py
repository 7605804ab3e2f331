"""Files that are broken, hostile or something else: one clear error each, with its line, and nothing is written."""

import io
import zipfile

import pytest
from maps_taken import NORDBOD, TODAY, taken

from farled.errors import InputError, NotFoundError
from farled.maps.export.formats import export
from farled.maps.importing.opening import Around, imported

AROUND = Around("sv", TODAY)
LAUGHS = (
    '<?xml version="1.0"?>\n<!DOCTYPE CJML [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {letter} "{f"&{before};" * 10}">' for before, letter in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>\n<CJML><plannedJourney>&i;</plannedJourney></CJML>"
)
OUTSIDE = '<!DOCTYPE CJML [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<CJML>&x;</CJML>'


def fault(tmp_path, name, content):
    """The message of the error that a file gives."""
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError) as found:
        imported(file, AROUND)
    assert found.value.hint
    return found.value.message.replace(str(file), name)


@pytest.mark.parametrize("name", ["a.yaml", "a.csv", "a.xlsx", "a.mmd", "a.cjml"])
@pytest.mark.parametrize("content", ["", " \n\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_empty(name, content, tmp_path):
    assert fault(tmp_path, name, content) == f"{name} is empty."


@pytest.mark.parametrize("name", ["a.yaml", "a.csv", "a.mmd"])
def test_another_encoding_names_its_line(name, tmp_path):
    assert fault(tmp_path, name, "journey\ntitle Köp\n".encode("cp1252")).startswith(f"{name}:2: this is not UTF-8")


def test_utf_16_is_read_by_its_mark(tmp_path):
    file = tmp_path / "a.csv"
    file.write_bytes("Fas;Köp\nGör;Betalar".encode("utf-16"))
    assert imported(file, AROUND).map.phases[0].does == "Betalar"
    assert fault(tmp_path, "b.csv", "Fas;Köp".encode("utf-16")[:-1]).startswith("b.csv:1: this is not UTF-16")
    assert "zero byte" in fault(tmp_path, "c.csv", "Fas;K".encode("utf-16-le"))


@pytest.mark.parametrize(("name", "size"), [("a.yaml", 4_000_001), ("a.cjml", 4_000_001), ("a.xlsx", 10_000_001)])
def test_a_huge_file_is_not_read(name, size, tmp_path):
    assert "is larger than" in fault(tmp_path, name, b"x" * size)


@pytest.mark.parametrize("content", [LAUGHS, OUTSIDE])
def test_xml_that_declares_entities_is_refused_at_its_line(content, tmp_path):
    line = content[: content.index("<!DOCTYPE")].count("\n") + 1
    assert fault(tmp_path, "a.cjml", content).startswith(f"a.cjml:{line}: the file declares a document type")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("<CJML>\n<a></CJML>", "a.cjml:2: this is not XML"),
        ("hello", "a.cjml:1: this is not XML"),
        ("<html/>", "a.cjml:1: the file holds no journey of CJML, but <html>"),
        ("<CJML><plannedJourney/></CJML>", "no phase and no touchpoint"),
        ("<a>" * 60 + "</a>" * 60, "nested deeper"),
        (b'<?xml version="1.0" encoding="nonsense"?><CJML/>', "this is not XML"),
    ],
)
def test_other_xml_says_what_it_is(content, says, tmp_path):
    assert says in fault(tmp_path, "a.cjml", content)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("flowchart TD\n a --> b", "a.mmd:1: 'flowchart TD' stands where the word journey is expected"),
        ("%% only\n", "a.mmd holds no Mermaid journey"),
        ("journey\ntitle T", "no section and no task"),
    ],
)
def test_other_diagrams_are_no_journey(content, says, tmp_path):
    assert says in fault(tmp_path, "a.mmd", content)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("Gör,Betalar\n", "a.csv:1: there is no row of phases"),
        ("Fas\nGör", "a.csv:1: no phase has a name"),
        ("Fas," + ",".join(map(str, range(99))), "there are 99 phases"),
        ('path,value\nmap.title,"open\n', "a.csv"),
        ("path,value\na,b,c\n", "a.csv:2: the row has 3 cells"),
        ("path,value\nfarled,1\nmap.id,Köp\n", "a.csv:3: map.id: 'Köp' is not an id"),
        ("path,value\nfarled,1\nmap.colour,red\n", "a.csv:3: map.colour"),
        ("path,value\nmap.title,A\nmap.title,B\n", "a.csv:3: map.title stands already on line 2"),
    ],
)
def test_tables_name_the_line_that_is_wrong(content, says, tmp_path):
    assert says in fault(tmp_path, "a.csv", content)


def test_a_wrong_value_in_long_csv_names_the_row_that_holds_it(tmp_path):
    text = export(taken(), "a.csv").decode()
    line = next(at for at, row in enumerate(text.splitlines(), 1) if row.startswith("touchpoints.cart.owner"))
    wrong = text.replace("touchpoints.cart.owner,shop", "touchpoints.cart.owner,nobody")
    assert f"a.csv:{line}: " in fault(tmp_path, "a.csv", wrong)


def test_an_error_of_a_map_file_is_that_of_the_map_file(tmp_path):
    assert "a.yaml:" in fault(tmp_path, "a.yaml", NORDBOD.replace("state: as_is", "state: was"))


def workbook(**parts):
    """A zip file of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def test_no_workbook_unpacks_beyond_reason(tmp_path):
    pytest.importorskip("openpyxl")
    assert "unpacks to" in fault(tmp_path, "a.xlsx", workbook(xl__sheet_xml=b"0" * 45_000_000))
    many = {f"p{at}_xml": b"" for at in range(500)}
    assert "500 parts" in fault(tmp_path, "a.xlsx", workbook(**many))
    lying = workbook(xl__sheet_xml=b"0" * 45_000_000).replace(
        (45_000_000).to_bytes(4, "little"), (9).to_bytes(4, "little")
    )
    assert "a.xlsx" in fault(tmp_path, "a.xlsx", lying)


def test_no_workbook_declares_a_document_type(tmp_path):
    pytest.importorskip("openpyxl")
    assert "declares a document type" in fault(tmp_path, "a.xlsx", workbook(xl__workbook_xml=OUTSIDE))


@pytest.mark.parametrize("content", [b"PK\x03\x04 not really", b"Fas,K\n", workbook(a_xml=b"<a/>")])
def test_what_is_no_workbook_says_so(content, tmp_path):
    pytest.importorskip("openpyxl")
    assert "a.xlsx" in fault(tmp_path, "a.xlsx", content)


def test_a_missing_file_an_unknown_ending_and_an_unknown_language_are_said(tmp_path):
    with pytest.raises(NotFoundError, match=r"a\.csv"):
        imported(tmp_path / "a.csv", AROUND)
    assert "cannot be imported" in fault(tmp_path, "a.docx", "x")
    with pytest.raises(NotFoundError, match="fi"):
        imported(tmp_path / "a.csv", Around("fi", TODAY))
