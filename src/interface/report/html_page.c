/*
 * html_page: the frame of the page: its policy, style and script.
 *
 * The page loads nothing. Its policy names the one style and the one script by their SHA-256, so
 * that even a hole in the escaping would not run a script of the target.
 */
#include "interface/report/html.h"

#include <openssl/evp.h>
#include <string.h>

static const char style[] =
    ":root{color-scheme:light dark;--ink:#1b1f24;--dim:#59636e;--paper:#fff;--panel:#f6f8fa;"
    "--rule:#d1d9e0;--fail:#b3261e;--unknown:#8a5300;--manual:#0b57a4;--waived:#6639ba;"
    "--pass:#116329;--not_applicable:#59636e}\n"
    "@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--dim:#9198a1;--paper:#0d1117;"
    "--panel:#161b22;--rule:#30363d;--fail:#ff8a80;--unknown:#f2b84b;--manual:#79b8ff;"
    "--waived:#c9a6ff;--pass:#6fdd8b;--not_applicable:#9198a1}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:72rem;padding:1.5rem;font:1rem/1.5 system-ui,\"Noto Sans\","
    "\"Noto Sans CJK SC\",\"WenQuanYi Micro Hei\",sans-serif;color:var(--ink);"
    "background:var(--paper)}\n"
    "h1{font-size:1.5rem;margin:0;overflow-wrap:anywhere}\n"
    "h2{font-size:1.1rem;margin:2rem 0 .5rem}\n"
    "p{margin:.3rem 0;overflow-wrap:anywhere}\n"
    ".dim{color:var(--dim)}\n"
    "svg{display:block;width:100%;height:1rem;margin:1rem 0 .5rem;border-radius:.25rem}\n"
    ".counts{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}\n"
    ".v{font-weight:600;white-space:nowrap}\n"
    ".fail{color:var(--fail);fill:var(--fail)}.unknown{color:var(--unknown);fill:var(--unknown)}\n"
    ".manual{color:var(--manual);fill:var(--manual)}.waived{color:var(--waived);"
    "fill:var(--waived)}\n"
    ".pass{color:var(--pass);fill:var(--pass)}.not_applicable{color:var(--not_applicable);"
    "fill:var(--not_applicable)}\n"
    "#filters{position:sticky;top:0;z-index:1;margin:1rem 0;padding:.75rem;display:flex;"
    "flex-wrap:wrap;gap:.5rem 1rem;align-items:center;background:var(--panel);"
    "border:1px solid var(--rule);border-radius:.5rem}\n"
    "#filters fieldset{border:0;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.25rem .9rem}\n"
    "#filters select{max-width:20rem}\n"
    "input,select{font:inherit;color:inherit}\n"
    "input[type=search],select{background:var(--paper);border:1px solid var(--rule);"
    "border-radius:.25rem;padding:.2rem .4rem}\n"
    ":focus-visible{outline:2px solid var(--manual);outline-offset:2px}\n"
    "[hidden]{display:none!important}\n"
    "button{font:inherit;font-size:.9rem;color:inherit;background:var(--paper);"
    "border:1px solid var(--rule);border-radius:.25rem;padding:.2rem .6rem;cursor:pointer}\n"
    "button:hover{border-color:var(--dim)}\n"
    ".expired ul{margin:.3rem 0;padding-inline-start:1.5rem}\n"
    "details{border:1px solid var(--rule);border-radius:.5rem;margin:.5rem 0;"
    "padding:.5rem .75rem;scroll-margin-top:7rem}\n"
    "summary{cursor:pointer;overflow-wrap:anywhere}\n"
    "summary code{margin:0 .5rem;color:var(--dim)}\n"
    ".scroll{overflow-x:auto}\n"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0;font-size:.9rem}\n"
    "th,td{text-align:start;vertical-align:top;padding:.25rem .5rem;"
    "border-bottom:1px solid var(--rule);overflow-wrap:anywhere}\n"
    "th{color:var(--dim);font-weight:600;white-space:nowrap}\n"
    "td.n{white-space:nowrap}\n"
    ".items{table-layout:fixed}.items th:nth-child(1){width:8rem}.items th:nth-child(2)"
    "{width:13rem}.items th:nth-child(3){width:38%}\n"
    "dl{display:grid;grid-template-columns:fit-content(14rem) 1fr;gap:.25rem 1rem;"
    "margin:.5rem 0}\n"
    "dt{color:var(--dim)}dd{margin:0;min-width:0;overflow-wrap:anywhere}\n"
    "pre{margin:0;padding:.5rem;white-space:pre-wrap;overflow-wrap:anywhere;"
    "background:var(--panel);border-radius:.25rem;font-size:.85rem}\n"
    "a{color:inherit}\n"
    "footer{margin-top:2rem;color:var(--dim);font-size:.85rem}\n"
    /* A phone: terms above their texts, filters that do not cover what they filter. */
    "@media (max-width:45rem){dl{grid-template-columns:minmax(0,1fr);gap:0}"
    "dd{margin-bottom:.5rem}#filters{position:static}#filters select,#filters input[type=search]"
    "{width:100%;max-width:none}.items{table-layout:auto;min-width:40rem}"
    "details{scroll-margin-top:1rem}}\n"
    "@media print{:root{color-scheme:light;--ink:#000;--dim:#444;--paper:#fff;--panel:#f2f2f2;"
    "--rule:#999;--fail:#b3261e;--unknown:#8a5300;--manual:#0b57a4;--waived:#6639ba;"
    "--pass:#116329;--not_applicable:#59636e}\n"
    "body{max-width:none;padding:0;font-size:10pt}#filters{display:none}\n"
    "svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}\n"
    "h2,summary{break-after:avoid}tr{break-inside:avoid}thead{display:table-header-group}}\n";

/* Filters are shown by the script, because without it they would do nothing. What asks for work is
 * unfolded before printing and as it was afterwards; what passes is printed as it stands: rows that
 * hold would fill a hundred pages, and a person who wants them unfolds them first. */
static const char script[] =
    "'use strict';\n"
    "var one=function(s){return document.querySelector(s);};\n"
    "var all=function(s){return Array.from(document.querySelectorAll(s));};\n"
    "var entries=all('[data-verdict]'),groups=all('section'),boxes=all('#filters "
    "[type=checkbox]');\n"
    "var texts=entries.map(function(e){return e.textContent.toLowerCase();});\n"
    "function fold(open){all('details:not([hidden])').forEach(function(d){d.open=open;});}\n"
    "function apply(){\n"
    "  var on={},clause=one('#clause').value,text=one('#text').value.trim().toLowerCase(),"
    "shown=0;\n"
    "  boxes.forEach(function(b){on[b.value]=b.checked;});\n"
    "  entries.forEach(function(e,i){\n"
    "    var fits=on[e.dataset.verdict]&&(!clause||e.dataset.clauses.split(' ')"
    ".includes(clause))&&texts[i].includes(text);\n"
    "    e.hidden=!fits;if(fits)shown++;\n"
    "  });\n"
    "  groups.forEach(function(g){g.hidden=!g.querySelector('[data-verdict]:not([hidden])');});\n"
    "  one('#count').textContent=shown+' / '+entries.length;\n"
    "}\n"
    "one('#filters').hidden=false;\n"
    "one('#filters').addEventListener('input',apply);\n"
    "one('#unfold').addEventListener('click',function(){fold(true);});\n"
    "one('#fold').addEventListener('click',function(){fold(false);});\n"
    "apply();\n"
    "var folded=[];\n"
    "addEventListener('beforeprint',function(){folded=all('details:not([open])').filter("
    "function(d){return !/^(pass|not_applicable)$/.test(d.dataset.verdict);});"
    "folded.forEach(function(d){d.open=true;});});\n"
    "addEventListener('afterprint',function(){folded.forEach(function(d){d.open=false;});});\n"
    "addEventListener('hashchange',function(){var d=document.getElementById("
    "decodeURIComponent(location.hash.slice(1)));if(d&&d.tagName==='DETAILS')d.open=true;});\n";

/* "'sha256-BASE64'", as a policy names what it allows. */
static struct rc add_digest(struct buf *out, const char *text)
{
    unsigned char digest[EVP_MAX_MD_SIZE], base64[4 * EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_Digest(text, strlen(text), digest, &size, EVP_sha256(), NULL) != 1)
        return fault(FAULT_IO, "the page's policy needs SHA-256, and OpenSSL has none");
    EVP_EncodeBlock(base64, digest, (int)size);
    buf_printf(out, "'sha256-%s'", (const char *)base64);
    return RC_OK;
}

struct rc html_open(const struct sheet *sheet, const char *title)
{
    struct buf *out = sheet->out;
    buf_printf(out,
               "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
               "style-src ",
               lang_name(sheet->style->lang));
    TRY(add_digest(out, style));
    buf_add_text(out, "; script-src ");
    TRY(add_digest(out, script));
    buf_add_text(out, "; base-uri 'none'; form-action 'none'\">\n"
                      "<meta name=\"referrer\" content=\"no-referrer\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html_element(sheet, "title", NULL, title);
    buf_printf(out, "<style>%s</style>\n</head>\n<body>\n", style);
    return RC_OK;
}

void html_close(const struct sheet *sheet)
{
    buf_printf(sheet->out, "<script>%s</script>\n</body>\n</html>\n", script);
}
