// The HTML report in a real browser: it loads nothing, its filters work, it can be read by day and by
// night, on a phone, on paper and without scripts, and what a target is called does not run.
//   node report.mjs CHROMIUM FOLDER     FOLDER holds en.html, zh.html, vi.html
import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [executablePath, folder] = process.argv.slice(2);
const address = (lang) => pathToFileURL(`${folder}/${lang}.html`).href;
const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
           '--disable-dev-shm-usage', '--disable-background-networking',
           '--disable-component-update', '--disable-sync'],
});
let passed = 0;

// A page with everything it asks for and complains of written down.
async function open(lang, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, ...options });
    context.setDefaultTimeout(5000);
    const page = await context.newPage();
    page.asked = [];
    page.complaints = [];
    page.on('request', (request) => page.asked.push(request.url()));
    page.on('console', (message) => page.complaints.push(message.text()));
    page.on('pageerror', (error) => page.complaints.push(String(error)));
    page.on('dialog', (dialog) => { page.complaints.push('a dialog'); dialog.dismiss(); });
    await page.goto(address(lang));
    return page;
}

async function close(page, lang) {
    assert.deepEqual(page.asked, [address(lang)], 'the page asks for something');
    assert.deepEqual(page.complaints, []);
    await page.context().close();
}

async function test(name, lang, options, body) {
    try {
        const page = await open(lang, options);
        await body(page);
        await close(page, lang);
        passed++;
    } catch (error) {
        console.log(`FAILED: ${name}: ${error.message}`);
        process.exitCode = 1;
    }
}

const shown = (page) => page.evaluate(() =>
    [...document.querySelectorAll('[data-verdict]')].filter((e) => e.offsetParent !== null)
        .map((e) => ({ verdict: e.dataset.verdict, clauses: e.dataset.clauses.split(' '),
                       text: e.textContent.toLowerCase() })));
const count = (page) => page.textContent('#count');

await test('filters by verdict', 'en', {}, async (page) => {
    const all = await shown(page);
    assert.ok(all.length > 200);
    assert.equal(await count(page), `${all.length} / ${all.length}`);
    for (const box of await page.locator('#filters [type=checkbox]').all())
        if (await box.getAttribute('value') !== 'fail') await box.uncheck();
    const failures = await shown(page);
    assert.ok(failures.length > 5 && failures.length < all.length);
    assert.ok(failures.every((e) => e.verdict === 'fail'));
    assert.equal(failures.length, all.filter((e) => e.verdict === 'fail').length);
    assert.equal(await count(page), `${failures.length} / ${all.length}`);
    await page.locator('#filters [value=fail]').uncheck();
    assert.equal((await shown(page)).length, 0);
    assert.equal(await page.locator('section:visible').count(), 0, 'a heading without entries');
    await page.locator('#filters [value=waived]').check();
    assert.ok((await shown(page)).some((e) => e.text.includes('waived by lan until 2999-12-31')));
});

await test('filters by clause and text', 'en', {}, async (page) => {
    await page.selectOption('#clause', '8.1.4.1');
    const some = await shown(page);
    assert.ok(some.length > 10 && some.every((e) => e.clauses.includes('8.1.4.1')));
    await page.fill('#text', 'PermitRootLogin');
    const few = await shown(page);
    assert.ok(few.length >= 1 && few.length < some.length);
    assert.ok(few.every((e) => e.text.includes('permitrootlogin')));
    await page.fill('#text', 'no such words anywhere');
    assert.equal((await shown(page)).length, 0);
});

await test('each row leads to its file, line and fix', 'en', {}, async (page) => {
    const entry = page.locator('#check-ssh-max-sessions');
    assert.equal(await entry.getAttribute('open'), '');
    const cells = await entry.locator('tbody tr').first().locator('td').allTextContents();
    assert.deepEqual([cells[0], cells[3], cells[4]], ['fail', '/etc/ssh/sshd_config', '2']);
    assert.match(cells[2], /value = 99/);
    assert.match(await entry.locator('dl').textContent(), /Fix.*Commands.*MaxSessions/s);
    const passing = page.locator('#check-account-uid0');
    assert.equal(await passing.getAttribute('open'), null);
    await page.click('#unfold');
    assert.equal(await passing.getAttribute('open'), '');
    assert.match(await passing.locator('tbody').textContent(), /\/etc\/passwd/);
    await page.click('#fold');
    assert.equal(await page.locator('details[open]').count(), 0);
    await page.locator('a[href="#check-ssh-max-sessions"]').first().click();
    await page.waitForFunction(() => document.getElementById('check-ssh-max-sessions').open);
});

await test('the profile and what of it expired', 'en', {}, async (page) => {
    const head = await page.textContent('header');
    assert.match(head, /Profile line-two/);
    assert.match(head, /password-max-days-default expired on 2020-01-31 and does not apply/);
});

// WCAG's contrast of two colours of the form rgb(r, g, b).
function contrast(a, b) {
    const light = (colour) => {
        const parts = colour.match(/\d+/g).slice(0, 3).map((n) => n / 255)
            .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    };
    const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
}

const papers = {};
for (const colorScheme of ['light', 'dark']) {
    await test(`can be read in ${colorScheme}`, 'zh', { colorScheme }, async (page) => {
        const colours = await page.evaluate(() => {
            const of = (e) => getComputedStyle(e).color;
            return { paper: getComputedStyle(document.body).backgroundColor, ink: of(document.body),
                     dim: of(document.querySelector('.dim')),
                     verdicts: [...document.querySelectorAll('header .v')].map(of) };
        });
        papers[colorScheme] = colours.paper;
        for (const ink of [colours.ink, colours.dim, ...colours.verdicts])
            assert.ok(contrast(ink, colours.paper) >= 4.5, `${ink} on ${colours.paper}`);
    });
}
await test('night is dark', 'en', {}, async () => {
    assert.ok(contrast(papers.light, 'rgb(0, 0, 0)') > 15);
    assert.ok(contrast(papers.dark, 'rgb(255, 255, 255)') > 15);
});

await test('on paper', 'en', { colorScheme: 'dark' }, async (page) => {
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('#filters').isVisible(), false);
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).color), 'rgb(0, 0, 0)');
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    assert.equal(await page.locator('#check-ssh-root-login').getAttribute('open'), '');
    assert.equal(await page.locator('#check-account-uid0').getAttribute('open'), null);
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    assert.equal(await page.locator('#check-ssh-root-login').getAttribute('open'), null);
});

for (const lang of ['en', 'zh', 'vi']) {
    await test(`fits a phone in ${lang}`, lang, { viewport: { width: 390, height: 800 } },
               async (page) => {
        assert.equal(await page.getAttribute('html', 'lang'), lang);
        const widths = await page.evaluate(() =>
            [document.documentElement.scrollWidth, window.innerWidth]);
        assert.ok(widths[0] <= widths[1], `${widths[0]} pixels on ${widths[1]}`);
        const words = { en: 'Unfold all', zh: '全部展开', vi: 'Mở tất cả' };
        assert.equal(await page.textContent('#unfold'), words[lang]);
        const text = await page.textContent('body');
        assert.ok(!/[a-z]+\.[a-z]+_[a-z]+/.test(text.match(/^.{0,400}/s)[0]), 'a key shows itself');
    });
}

await test('without scripts', 'en', { javaScriptEnabled: false }, async (page) => {
    assert.equal(await page.locator('#filters').isVisible(), false);
    assert.equal(await page.locator('#check-ssh-max-sessions dl').isVisible(), true);
});

await test('the target does not run', 'en', {}, async (page) => {
    assert.match(await page.textContent('h1'), /<img src=x onerror=alert\(1\)>/);
    assert.equal(await page.locator('img, iframe, object').count(), 0);
    assert.equal(await page.locator('script').count(), 1);
    const refused = await page.evaluate(() => new Promise((done) => {
        addEventListener('securitypolicyviolation', () => done(true));
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.body.append(script);
        setTimeout(() => done(false), 1000);
    }));
    assert.ok(refused && !(await page.evaluate(() => window.ran)), 'the policy lets a script in');
    page.complaints.length = 0; // Chromium told of it
});

await browser.close();
console.log(`${passed} passed, ${process.exitCode ? 'some' : 0} failed`);
