// swc parses `using`, but its visitor that looks for imports stops at it with an error.
const { Visitor } = require("@swc/core/Visitor.js");

// oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
const { visitStatement } = Visitor.prototype;
Visitor.prototype.visitStatement = function (statement) {
  if (statement.type !== "UsingDeclaration") return visitStatement.call(this, statement);
  this.visitVariableDeclarators(statement.decls);
  return statement;
};
