// Runs cdk-nag's AwsSolutions rules over synthesized templates:
//
//   node nag.mjs <template>...
//
// Prints a line for each finding that its resource does not excuse in its cdk_nag
// metadata, and for each excuse that excuses nothing. Exit status 1 if there is any.
// The same in Go is not possible: cdk-nag's Go module is not published.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { App, DefaultStackSynthesizer, Stack, Validations } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks } from 'cdk-nag';

const outdir = mkdtempSync(join(tmpdir(), 'nag-'));
const app = new App({ outdir, context: { '@aws-cdk/core:failSynthOnValidationErrors': false } });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

const excuses = new Map(); // "stack/Template/resource rule" -> whether it excused something
for (const templateFile of process.argv.slice(2)) {
  const name = basename(templateFile).split('.')[0];
  // The templates have a bootstrap rule already.
  const stack = new Stack(app, name, { synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) });
  new CfnInclude(stack, 'Template', { templateFile });
  for (const [id, resource] of Object.entries(JSON.parse(readFileSync(templateFile, 'utf8')).Resources)) {
    for (const excuse of resource.Metadata?.cdk_nag?.rules_to_suppress ?? []) {
      excuses.set(`${name}/Template/${id} ${excuse.id}`, false);
    }
  }
}
app.synth();

let bad = 0;
const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
for (const { ruleName, description, violatingConstructs } of report.pluginReports.flatMap((plugin) => plugin.violations)) {
  for (const { constructPath } of violatingConstructs) {
    const excuse = `${constructPath} ${ruleName.split('[')[0]}`;
    if (excuses.has(excuse)) {
      excuses.set(excuse, true);
    } else {
      console.log(`${constructPath}: ${ruleName}: ${description}`);
      bad++;
    }
  }
}
for (const [excuse, used] of excuses) {
  if (!used) {
    console.log(`${excuse}: there is nothing to excuse`);
    bad++;
  }
}
rmSync(outdir, { recursive: true });
process.exitCode = bad ? 1 : 0;
