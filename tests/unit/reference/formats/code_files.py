"""Small files of code sets in the agencies' layouts, all rows made up, and a loader's way of reading them."""

import io
from collections.abc import Iterator
from typing import Any, NamedTuple

from consultant.reference.formats import HEAD_BYTES, Format, FormatError, Release, RowError, Source
from consultant.reference.formats.text_lines import Skipped


class Read(NamedTuple):
    """What a loader that skips bad rows gets out of a file."""

    release: Release
    rows: list[Any]
    skipped: list[Skipped]
    bad: list[str]


def source(content: bytes, name: str) -> Source:
    return Source(name, len(content), lambda: io.BytesIO(content))


def recognised(reader: Format, content: bytes, name: str) -> Release | None:
    return reader.recognise(source(content, name), content[:HEAD_BYTES])


def read(reader: Format, content: bytes, name: str) -> Read:
    """The whole file, going on behind bad rows. Raises FormatError when the file as a whole is refused."""
    release = recognised(reader, content, name)
    assert release is not None, f"{name} was not recognised"
    return read_as(reader, source(content, name), release)


def read_as(reader: Format, file: Source, release: Release) -> Read:
    result = Read(release, [], [], [])
    for row in each(reader.rows(file, release), result.bad):
        (result.skipped if isinstance(row, Skipped) else result.rows).append(row)
    return result


def each(rows: Iterator[Any], bad: list[str]) -> Iterator[Any]:
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except RowError as error:
            bad.append(str(error))


def refusal(reader: Format, content: bytes, name: str, release: Release | None = None) -> str:
    """What the loader says about a file that it refuses as a whole, read as `release` if that is given."""
    try:
        release = release or recognised(reader, content, name)
        if release is not None:
            read_as(reader, source(content, name), release)
    except FormatError as error:
        return str(error)
    raise AssertionError(f"{name} was taken")


def order_line(number: int, code: str, flag: str, short: str, long: str = "") -> str:
    return f"{number:05} {code:7} {flag} {short:60} {long or short}\r\n"


ORDER = "".join(
    (
        order_line(1, "A00", "0", "Invented fever"),
        order_line(2, "A000", "1", "Invented fever, red", "Invented fever of the red kind"),
        order_line(3, "A001", "0", "Invented fever, blue"),
        order_line(4, "A001X1A", "1", "Invented fever, blue, init", "Invented fever, blue, first encounter"),
        order_line(5, "QA0", "0", "Invented newer category"),
    )
).encode()

PCS = "".join(
    (
        order_line(1, "0X0", "0", "Imagined Region, Mending"),
        order_line(2, "0X00ZZ1", "1", "Mend Imagined Part, Open", "Mending of Imagined Part, Open Way"),
    )
).encode()


def change(action: str, flag: str, code: str, short: str) -> str:
    return f"{action + ':':13}{flag} {code:7} {short:60} {short}\n"


def summary(headers: tuple[int, int, int], codes: tuple[int, int, int]) -> str:
    def part(title: str, counts: tuple[int, int, int]) -> str:
        added, deleted, revised = counts
        return (
            f"\n{title}\n  10 {title.lower()} in icd10cm_order_2030.txt\n"
            f"  11 {title.lower()} in icd10cm_order_2031.txt\n"
            f"  {added:5} additions\n  {deleted:5} deletions\n  {revised:5} revisions\nof which\n"
            f"  {revised:5} revisions to both long and short titles\n"
        )

    return part("Headers", headers) + part("Codes", codes)


CHANGES = (
    change("Delete", "1", "A000", "Invented fever, red")
    + change("Add", "0", "A000", "Invented fever, red")
    + change("Add", "1", "A0001", "Invented fever, light red")
    + change("Revise from", "1", "A0009", "Invented fevr")
    + change("Revise to", "1", "A0009", "Invented fever")
)
ADDENDA = (CHANGES + summary((1, 0, 0), (1, 1, 1))).encode()

TABULAR = b"""<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular>
  <version>2031</version>
  <introduction><introSection type="title"><title>Made up</title></introSection></introduction>
  <chapter>
    <name>1</name>
    <desc>Invented conditions (S00-S99)</desc>
    <includes><note>all that is invented</note></includes>
    <sectionIndex><sectionRef first="S00" last="S09" id="S00-S09">Injuries of fancy</sectionRef></sectionIndex>
    <section id="S00-S99">
      <desc>Everything of fancy (S00-S99)</desc>
      <excludes1><note>what is real (T99.-)</note></excludes1>
    </section>
    <section id="S00-S09">
      <desc>Injuries of fancy (S00-S09)</desc>
      <diag>
        <name>S06</name>
        <desc>Bump of fancy</desc>
        <notes><note>7th characters D and S do not apply to codes in category S06 with 6th character 7 - fancy
          gone, or 8 - fancy lost.</note></notes>
        <sevenChrNote><note>A character is put to each code from category S06</note></sevenChrNote>
        <sevenChrDef>
          <extension char="A">first visit</extension>
          <note>also when late</note>
          <extension char="D">next visit</extension>
          <extension char="S">what is left</extension>
        </sevenChrDef>
        <diag placeholder="true">
          <name>S06.1X</name>
          <desc>Bump with swelling</desc>
          <diag><name>S06.1X0</name><desc>Bump with swelling, mild</desc></diag>
          <diag><name>S06.1X7</name><desc>Bump with swelling, worst</desc></diag>
        </diag>
        <diag>
          <name>S06.2</name>
          <desc>Bump without swelling</desc>
          <excludes2><note>bump elsewhere (S09.-)</note><note>swelling alone (S08)</note></excludes2>
        </diag>
        <diag>
          <name>S06.3</name>
          <desc>Bump by side</desc>
          <sevenChrDef><extension char="1">right</extension></sevenChrDef>
        </diag>
        <visualImpairment><visCategory><value>1</value><visRange><visMax><value>6/18</value></visMax>
          </visRange></visCategory></visualImpairment>
        <novelty><note>an element of next year</note></novelty>
      </diag>
    </section>
    <section id="S10">
      <desc>Graze of fancy (S10)</desc>
      <diag><name>S10</name><desc>Graze of fancy</desc></diag>
    </section>
  </chapter>
</ICD10CM.tabular>
"""

INDEX = b"""<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.index>
  <version>2031</version>
  <title>ICD-10-CM EXTERNAL CAUSE of made-up things INDEX</title>
  <letter>
    <title>B</title>
    <mainTerm>
      <title>Bump<nemod>(of head)</nemod> NEC</title>
      <code>W01</code>
      <see>Fancy, bump</see>
      <term level="1">
        <title>by cloud</title>
        <code>W01.1-</code>
        <term level="2"><title>grey</title><subcat>W01.2</subcat><manif>a word where a code was due</manif></term>
      </term>
      <term level="1"><title>by star</title><seeAlso>Fancy, star</seeAlso><oddity>?</oddity></term>
    </mainTerm>
  </letter>
</ICD10CM.index>
"""

DRUGS = b"""<ICD10CM.index><version>2031</version>
  <indexHeading><head col="1">Substance</head><head col="2">Taken by mistake</head><head col="3">Too little</head>
  </indexHeading>
  <letter><title>F</title>
    <mainTerm><title>Fantasine</title><cell col="2">T99.1X1</cell><cell col="3">--</cell></mainTerm>
  </letter></ICD10CM.index>
"""

GEM_I10 = b"A000    0010  00000\r\nA001    v99   10000\r\nA0021   NoDx  11000\r\nB001    0021  10111\r\n"
GEM_I9 = b"0010  A000    00000\r\n0021  NoDx    11000\r\n"
GEM_PCS = b"0X00ZZ1 9999  10000\r\n0X00ZZ2 NoPCS 11000\r\n"

TITLES = (
    b":====:\r\n|     Appendix A List of MS-DRGs Version 48.1     |\r\n:====:\r\n\r\nProse of ours.\r\n\r\n"
    b"DRG MDC MS Description\r\n001     P  MENDING OF FANCY WITH MCC\r\n020 01  M  FANCY (PLAIN)\r\n"
    b"999        NOT TO BE GROUPED\r\n"
)

WEIGHTS = (
    '"TABLE 5.—A LIST OF MADE-UP GROUPS, \r\nAND THEIR STAY—FY 2031 Correction Notice "\t\t\t\t\t\t\t\t\t\r\n'
    "MS-DRG \tFY 2031 CN Post-Acute DRG\tFY 2031 CN Special Pay DRG\tMDC\tTYPE\tMS-DRG Title\tWeights - Before Cap\t"
    "Weights - 10% Cap Applied \tGeometric mean LOS\tArithmetic mean LOS\r\n"
    "001\tNo\tNo\tPRE\tSURG\tMENDING OF FANCY WITH MCC\t28.5\t28.6\t24.5\t.5\r\n"
    "020\tYes\tNo\t01\tMED\tFANCY (PLAIN)\t1\t0.9\t2\t3\r\n"
    "999\tNo\tNo\t \t**\tNOT TO BE GROUPED\t.\t\t\t\r\n"
).encode()

CPT_NOTICE = "Made-up notice, line one.\r\nCPT is a trademark of the American Medical Association.\r\n\r\n"
CPT_LONG = (CPT_NOTICE + "0000Y\tWords of our own about nothing\r\n0000Z\tMore such words\r\n").encode()
CPT_SHORT = (CPT_NOTICE + "0000Y OWN WORDS                   \r\n0000Z MORE WORDS\r\n").encode()
CPT_CONCEPTS = (
    CPT_NOTICE + "Concept Id\tCPT Code\tLong\tMedium\tShort\tConsumer\tSpanish Consumer\t"
    "Current Descriptor Effective Date\tTest Name\tLab Name\tManufacturer Name\r\n"
    "900001\t0000Y\tWords of our own\tOwn words\tWords\tPlain words\t\t20310101\t\t\t\r\n"
    "900002\t0000Z\tMore such words\tSuch words\tMore\t\t\t\tA test\tA lab\tA maker\r\n"
).encode()

MCD_PATH = "2031-05-06/current_article.zip/current_article_csv.zip"
MCD_COVERED = (
    b"article_id,article_version,icd10_code_id,icd10_code_version,icd10_covered_group,range,last_updated,sort_order,"
    b"description,asterisk\r\n"
    b'50001,3,S06.1X0A,31,1,,2031-01-02 03:04:05.600,1,"Bump, mild",\r\n'
    b'50001,3,S06.2XXA,31,2,B,2031-01-02,2,"Bump ""plain""",*\r\n'
)
MCD_GROUP = (
    "article_id,article_version,icd10_covered_group,paragraph,last_updated,icd10_covered_ast\r\n"
    '50001,3,1,"<p>For 0000Y,\r\n\r\nas primary only.</p>",2031-01-02 00:00:00,\r\n'
    '50001,3,2,"<p>With \x96 without</p>",2031-01-02 00:00:00,"<p>* as secondary</p>"\r\n'
).encode("latin-1")
