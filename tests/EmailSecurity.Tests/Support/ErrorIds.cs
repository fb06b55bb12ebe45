using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EmailSecurity.Tests.Support;

/// <summary>
/// The id of every error that the sources can raise, read from their syntax: what is given before an <c>ErrorKind</c>, first to an EmailSecurityException and
/// second to an ErrorRecord. An id that comes in a parameter, a record or a tuple is followed to where it is written; otherwise it is unresolved.
/// </summary>
internal sealed class ErrorIds
{
    // These hand on the id of an error that exists already.
    private static readonly string[] HandedOn = ["known.ErrorId", "first.Error.ErrorId", "VisibleText.Of(record.FullyQualifiedErrorId.Split(',')[0])"];

    private readonly SyntaxNode[] roots;
    private readonly HashSet<SyntaxNode> seen = [];

    /// <summary>Reads sources.</summary>
    /// <param name="sources">Path and text of each file.</param>
    public ErrorIds(IEnumerable<(string Path, string Text)> sources)
    {
        roots = [.. sources.Select(s => CSharpSyntaxTree.ParseText(s.Text, new CSharpParseOptions(LanguageVersion.Preview), s.Path).GetRoot())];
        foreach (var list in roots.SelectMany(r => r.DescendantNodes().OfType<ArgumentListSyntax>()))
        {
            if (IdOf(list) is { } id)
            {
                Resolve(id);
            }
        }
    }

    /// <summary>The ids.</summary>
    public SortedSet<string> Found { get; } = new(StringComparer.Ordinal);

    /// <summary>Expressions that lead to no literal, with their place.</summary>
    public List<string> Unresolved { get; } = [];

    private static ExpressionSyntax? IdOf(ArgumentListSyntax list)
    {
        var arguments = list.Arguments;
        var created = list.Parent is ObjectCreationExpressionSyntax o ? o.Type.ToString() : "";
        if (created is "EmailSecurityException" or "ErrorRecord")
        {
            return arguments[created == "ErrorRecord" ? 1 : 0].Expression;
        }

        for (var i = 1; i < arguments.Count; i++)
        {
            var kind = arguments[i].Expression.ToString();
            var isHandedOn = list.Parent is ImplicitObjectCreationExpressionSyntax && kind is "kind" or "meaning.Kind";
            if (isHandedOn || kind.StartsWith("ErrorKind.", StringComparison.Ordinal))
            {
                return arguments[i - 1].Expression;
            }
        }

        return null;
    }

    private void Resolve(ExpressionSyntax expression)
    {
        if (!seen.Add(expression) || HandedOn.Contains(expression.ToString()))
        {
            return;
        }

        switch (expression)
        {
            case LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.StringLiteralExpression):
                Found.Add(literal.Token.ValueText);
                break;
            case ParenthesizedExpressionSyntax inner:
                Resolve(inner.Expression);
                break;
            case ConditionalExpressionSyntax either:
                Resolve(either.WhenTrue);
                Resolve(either.WhenFalse);
                break;
            case IdentifierNameSyntax name:
                ResolveAll(expression, [.. Constants(name.Identifier.Text), .. Parameters(name), .. Variables(name)]);
                break;
            case MemberAccessExpressionSyntax member:
                ResolveAll(expression, [.. Constants(member.Name.Identifier.Text), .. Records(member), .. Tuples(member)]);
                break;
            default:
                Miss(expression);
                break;
        }
    }

    private void ResolveAll(ExpressionSyntax from, ExpressionSyntax[] sources)
    {
        if (sources.Length == 0)
        {
            Miss(from);
        }

        Array.ForEach(sources, Resolve);
    }

    private void Miss(ExpressionSyntax expression)
    {
        var place = expression.GetLocation().GetLineSpan();
        Unresolved.Add(Invariant($"{Path.GetFileName(place.Path)}({place.StartLinePosition.Line + 1}): {expression}"));
    }

    private IEnumerable<ExpressionSyntax> Constants(string name) => roots.SelectMany(r => r.DescendantNodes().OfType<FieldDeclarationSyntax>())
        .Where(f => f.Modifiers.Any(SyntaxKind.ConstKeyword) && f.Declaration.Type.ToString() == "string").SelectMany(f => f.Declaration.Variables)
        .Where(v => v.Identifier.Text == name).Select(v => v.Initializer!.Value);

    // A parameter of a method or of a class: what each caller or creation gives.
    private IEnumerable<ExpressionSyntax> Parameters(IdentifierNameSyntax name)
    {
        foreach (var scope in name.Ancestors())
        {
            var (method, parameters, modifiers) = scope switch
            {
                MethodDeclarationSyntax m => (m.Identifier.Text, m.ParameterList, m.Modifiers),
                LocalFunctionStatementSyntax f => (f.Identifier.Text, f.ParameterList, f.Modifiers),
                ClassDeclarationSyntax c => (c.Identifier.Text, c.ParameterList, c.Modifiers),
                _ => ("", null, default),
            };
            var index = parameters?.Parameters.ToList().FindIndex(p => p.Identifier.Text == name.Identifier.Text) ?? -1;
            if (index >= 0 && scope is ClassDeclarationSyntax)
            {
                return Creations(method).Select(c => Given(c.ArgumentList!, index, name.Identifier.Text)).OfType<ExpressionSyntax>();
            }

            if (index >= 0)
            {
                return Calls(scope, method, modifiers).Select(c => Given(c.ArgumentList, index, name.Identifier.Text)).OfType<ExpressionSyntax>();
            }
        }

        return [];
    }

    // A local function is called in its method, a private method in its type, a static one by the name of its type, others on any object.
    private IEnumerable<InvocationExpressionSyntax> Calls(SyntaxNode scope, string method, SyntaxTokenList modifiers)
    {
        var type = scope.Ancestors().OfType<TypeDeclarationSyntax>().First().Identifier.Text;
        var own = roots.Where(r => r.DescendantNodes().OfType<TypeDeclarationSyntax>().Any(t => t.Identifier.Text == type)).ToArray();
        var isProtected = modifiers.Any(SyntaxKind.ProtectedKeyword);
        var isPrivate = modifiers.Any(SyntaxKind.PrivateKeyword) && !isProtected;
        var isByType = isPrivate || (modifiers.Any(SyntaxKind.StaticKeyword) && !isProtected);
        return from place in scope is LocalFunctionStatementSyntax ? [scope.Parent!] : isPrivate ? own : roots
               from call in place.DescendantNodes().OfType<InvocationExpressionSyntax>()
               where NameOf(call.Expression) == method
               let receiver = (call.Expression as MemberAccessExpressionSyntax)?.Expression
               let isOwn = receiver is null ? own.Contains(place) : NameOf(receiver) == type || receiver is ThisExpressionSyntax
               where scope is LocalFunctionStatementSyntax ? receiver is null : !isByType || isOwn
               select call;
    }

    private IEnumerable<ObjectCreationExpressionSyntax> Creations(string type)
        => roots.SelectMany(r => r.DescendantNodes().OfType<ObjectCreationExpressionSyntax>()).Where(c => NameOf(c.Type) == type);

    // A parameter of a record, private to the file or called ErrorId: what each creation gives.
    private IEnumerable<ExpressionSyntax> Records(MemberAccessExpressionSyntax member)
    {
        var name = member.Name.Identifier.Text;
        return from root in name == "ErrorId" ? roots : [member.SyntaxTree.GetRoot()]
               from record in root.DescendantNodes().OfType<RecordDeclarationSyntax>()
               let index = record.ParameterList?.Parameters.ToList().FindIndex(p => p.Identifier.Text == name) ?? -1
               where index >= 0
               from creation in Creations(record.Identifier.Text)
               let given = Given(creation.ArgumentList!, index, name)
               where given is not null
               select given;
    }

    // An element of a tuple: what the method that gives the tuple gives there.
    private static IEnumerable<ExpressionSyntax> Tuples(MemberAccessExpressionSyntax member) =>
        from method in member.SyntaxTree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()
        from type in method.ReturnType.DescendantNodesAndSelf().OfType<TupleTypeSyntax>()
        let index = type.Elements.ToList().FindIndex(e => e.Identifier.Text == member.Name.Identifier.Text)
        where index >= 0
        from tuple in method.DescendantNodes().OfType<TupleExpressionSyntax>()
        where tuple.Arguments.Count == type.Elements.Count
        select tuple.Arguments[index].Expression;

    // A variable: what it begins with, or the element of each tuple that it is taken from.
    private static IEnumerable<ExpressionSyntax> Variables(IdentifierNameSyntax name) =>
        name.Ancestors().OfType<MethodDeclarationSyntax>().First().DescendantNodes().OfType<VariableDeclaratorSyntax>()
            .Where(v => v.Identifier.Text == name.Identifier.Text && v.Initializer is not null).Select(v => v.Initializer!.Value).Concat(Deconstructed(name));

    private static IEnumerable<ExpressionSyntax> Deconstructed(IdentifierNameSyntax name) =>
        from assignment in name.SyntaxTree.GetRoot().DescendantNodes().OfType<AssignmentExpressionSyntax>()
        let variables = (assignment.Left as DeclarationExpressionSyntax)?.Designation as ParenthesizedVariableDesignationSyntax
        where variables is not null
        let index = variables.Variables.ToList().FindIndex(v => v.ToString() == name.Identifier.Text)
        where index >= 0
        from tuple in assignment.Right.DescendantNodesAndSelf().OfType<TupleExpressionSyntax>()
        where tuple.Arguments.Count == variables.Variables.Count
        select tuple.Arguments[index].Expression;

    private static string NameOf(SyntaxNode node) => node switch
    {
        SimpleNameSyntax simple => simple.Identifier.Text,
        MemberAccessExpressionSyntax member => member.Name.Identifier.Text,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.Text,
        _ => "",
    };

    private static ExpressionSyntax? Given(ArgumentListSyntax list, int index, string name) =>
        (list.Arguments.FirstOrDefault(a => a.NameColon?.Name.Identifier.Text == name) ?? list.Arguments.ElementAtOrDefault(index))?.Expression;
}
