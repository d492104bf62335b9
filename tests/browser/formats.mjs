// SARIF against its schema, OCSF against the attributes that the class requires.
//   node formats.mjs SCHEMA REPORT.sarif REPORT.ocsf
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';

const [schemaPath, sarifPath, ocsfPath] = process.argv.slice(2);
const read = (path) => JSON.parse(readFileSync(path, 'utf8'));

// ---- SARIF 2.1.0. The schema is that of the package @microsoft/jest-sarif (2.1.0-rtm.5).
const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
addFormats(ajv);
const validate = ajv.compile(read(schemaPath));
const sarif = read(sarifPath);
assert.ok(validate(sarif), JSON.stringify(validate.errors?.slice(0, 5), null, 1));
assert.ok(!validate({ version: '2.1.0', runs: [{}] }), 'the schema refuses nothing');
const run = sarif.runs[0];
assert.ok(run.results.length > 100);
for (const result of run.results) {
    assert.equal(run.tool.driver.rules[result.ruleIndex].id, result.ruleId);
    if (result.kind !== 'fail') assert.equal(result.level, 'none');
}
const waived = run.results.filter((r) => r.suppressions?.length);
assert.ok(waived.length && waived.every((r) => /until 2999-12-31/.test(r.suppressions[0].justification)));
assert.match(run.invocations[0].toolConfigurationNotifications[0].message.text, /expired on 2020-01-31/);

// ---- OCSF 1.3.0, Compliance Finding (2003): what the schema marks as required.
const required = {
    '': ['activity_id', 'category_uid', 'class_uid', 'compliance', 'finding_info', 'metadata',
         'severity_id', 'time', 'type_uid'],
    compliance: ['standards'],
    finding_info: ['title', 'uid'],
    metadata: ['product', 'version'],
    'metadata.product': ['vendor_name'],
};
const at = (object, path) => path.split('.').filter(Boolean).reduce((o, key) => o?.[key], object);
const events = readFileSync(ocsfPath, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
assert.ok(events.length > 100);
for (const event of events) {
    for (const [path, names] of Object.entries(required))
        for (const name of names)
            assert.ok(![undefined, null, ''].includes(at(event, path)?.[name]),
                      `${path}.${name} of ${event.compliance?.control}`);
    assert.equal(event.class_uid, 2003);
    assert.equal(event.category_uid, 2);
    assert.equal(event.type_uid, event.class_uid * 100 + event.activity_id);
    assert.equal(event.metadata.version, '1.3.0');
    assert.ok([0, 1, 2, 3, 4, 5, 6, 99].includes(event.severity_id));
    assert.ok([0, 1, 2, 3, 4, 99].includes(event.status_id));
    assert.ok([0, 1, 2, 3, 99].includes(event.compliance.status_id));
    assert.ok(Array.isArray(event.compliance.standards) && Array.isArray(event.compliance.requirements));
    assert.ok(Number.isInteger(event.time) && event.time > 1.6e12, 'time is in milliseconds');
    assert.ok(event.resources.every((r) => r.name || r.uid), 'a resource has a name or a uid');
    assert.ok(!event.remediation || event.remediation.desc, 'a remediation has a desc');
}
assert.equal(new Set(events.map((e) => e.finding_info.uid)).size, events.length);
console.log('2 passed, 0 failed');
