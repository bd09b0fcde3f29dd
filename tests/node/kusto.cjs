// Analyses Kusto queries against tables. Standard input: {"tables": {"T": [{"name", "type"}]}, "queries": ["…"]}.
// Standard output: for each query a list of what is wrong with it.
global.window = global;
require("@kusto/language-service-next/bridge.min.js");
require("@kusto/language-service-next/Kusto.Language.Bridge.min.js");

const { tables, queries } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const { Symbols, GlobalState, KustoCode } = global.Kusto.Language;
const symbols = Object.entries(tables).map(([name, columns]) => {
  const schema = columns.map((one) => `${one.name}: ${one.type}`).join(", ");
  return new Symbols.TableSymbol.$ctor7(name, `(${schema})`);
});
// Closed: a table or column that is not declared is an error.
const database = new Symbols.DatabaseSymbol.$ctor1("logs", symbols, false);
const globals = GlobalState.Default.WithDatabase(database);
const found = queries.map((query) => {
  const diagnostics = KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
  return global.Bridge.toArray(diagnostics).map((one) => `${one.Severity}: ${one.Message}`);
});
process.stdout.write(JSON.stringify(found));
