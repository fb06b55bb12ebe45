using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using EmailSecurity.Findings;

namespace EmailSecurity.Tests.Live;

/// <summary>
/// Every code that the core can give a finding, read from the compiled core itself: whatever reaches <see cref="Finding.Code"/>, followed back
/// through parameters, choices, tuples, concatenations and the names of enums. No list to keep, and nothing that a list could forget.
/// </summary>
internal sealed class FindingCodes
{
    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields().Select(f => (OpCode)f.GetValue(null)!).ToDictionary(o => o.Value);

    private readonly Dictionary<(MethodBase Method, int Parameter), HashSet<Value>> arguments = [];
    private readonly List<(MethodBase Method, Value Value)> sinks = [];

    private FindingCodes(Assembly assembly)
    {
        foreach (var method in assembly.GetTypes().SelectMany(t => t.GetMethods(Everything).Cast<MethodBase>().Concat(t.GetConstructors(Everything))).Where(m => !m.ContainsGenericParameters))
        {
            if (method.GetMethodBody() is { } body)
            {
                Walk(method, body);
            }
        }
    }

    /// <summary>Every code of the core's findings.</summary>
    public static IReadOnlyCollection<string> OfCore { get; } = new FindingCodes(typeof(Finding).Assembly).Resolve();

    private SortedSet<string> Resolve()
    {
        SortedSet<string> codes = new(StringComparer.Ordinal);
        foreach (var (method, value) in sinks)
        {
            var texts = Texts(value, []);
            Assert.True(texts.Count > 0, $"{method.DeclaringType}.{method.Name} gives a finding a code that cannot be followed to its text.");
            codes.UnionWith(texts);
        }

        return codes;
    }

    private HashSet<string> Texts(Value value, ImmutableHashSet<(MethodBase, int)> seen) => value switch
    {
        Text text => [text.Content],
        Either either => [.. either.Values.SelectMany(v => Texts(v, seen))],
        Joined joined => [.. Texts(joined.Left, seen).SelectMany(l => Texts(joined.Right, seen).Select(r => l + r))],
        Parameter p when !seen.Contains((p.Method, p.Index)) => [.. arguments.GetValueOrDefault((p.Method, p.Index), []).SelectMany(v => Texts(v, seen.Add((p.Method, p.Index))))],
        _ => [],
    };

    /// <summary>Runs a method once from top to bottom with what each place of the stack may hold.</summary>
    private void Walk(MethodBase method, MethodBody body)
    {
        var il = body.GetILAsByteArray()!;
        var offset = method.IsStatic ? 0 : 1;
        Dictionary<int, ImmutableStack<Value>> arriving = body.ExceptionHandlingClauses.Where(c => c.Flags == ExceptionHandlingClauseOptions.Clause).ToDictionary(c => c.HandlerOffset, _ => ImmutableStack.Create<Value>(Unknown.It));
        Dictionary<int, Value> locals = [];
        var stack = ImmutableStack<Value>.Empty;
        Type? constrained = null;
        for (var at = 0; at < il.Length;)
        {
            if (arriving.TryGetValue(at, out var waiting))
            {
                stack = stack.IsEmpty ? waiting : Merge(stack, waiting);
            }

            var code = OpCodesByValue[il[at] == 0xfe ? (short)(0xfe00 | il[at + 1]) : il[at]];
            at += code.Size;
            var operandAt = at;
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, operandAt)),
                _ => 4,
            };
            var operand = (at - operandAt) switch { 1 => (sbyte)il[operandAt], 2 => BitConverter.ToInt16(il, operandAt), >= 4 => BitConverter.ToInt32(il, operandAt), _ => 0 };
            switch (code)
            {
                case var c when c == OpCodes.Ldstr:
                    stack = stack.Push(new Text(method.Module.ResolveString(operand)));
                    break;
                case var c when c == OpCodes.Dup:
                    stack = stack.Push(stack.Peek());
                    break;
                case var c when c.Name!.StartsWith("ldarg", StringComparison.Ordinal) && !c.Name.StartsWith("ldarga", StringComparison.Ordinal):
                    var index = (c.OperandType == OperandType.InlineNone ? c.Name[^1] - '0' : operand) - offset;
                    stack = stack.Push(index < 0 ? Unknown.It : new Parameter(method, index));
                    break;
                case var c when c.Name!.StartsWith("ldloc", StringComparison.Ordinal):
                    stack = stack.Push(locals.GetValueOrDefault(Local(c, operand), Unknown.It));
                    break;
                case var c when c.Name!.StartsWith("stloc", StringComparison.Ordinal):
                    var local = Local(c, operand);
                    locals[local] = locals.TryGetValue(local, out var old) ? Merge(old, stack.Peek()) : stack.Peek();
                    stack = stack.Pop();
                    break;
                case var c when c == OpCodes.Ldfld && Item(method.Module.ResolveField(operand, TypeArguments(method), null)!) is { } item:
                    stack = stack.Pop(out var tuple).Push(Part(tuple, item));
                    break;
                case var c when c == OpCodes.Constrained:
                    constrained = method.Module.ResolveType(operand, TypeArguments(method), null);
                    continue;
                case var c when c == OpCodes.Call || c == OpCodes.Callvirt || c == OpCodes.Newobj:
                    stack = Call(method, method.Module.ResolveMethod(operand, TypeArguments(method), null)!, c == OpCodes.Newobj, constrained, stack);
                    break;
                default:
                    for (var i = Pops(code.StackBehaviourPop); i > 0 && !stack.IsEmpty; i--)
                    {
                        stack = stack.Pop();
                    }

                    for (var i = Pushes(code.StackBehaviourPush); i > 0; i--)
                    {
                        stack = stack.Push(Unknown.It);
                    }

                    break;
            }

            constrained = null;
            IEnumerable<int> targets = code.OperandType switch
            {
                OperandType.InlineBrTarget or OperandType.ShortInlineBrTarget => [at + operand],
                OperandType.InlineSwitch => Enumerable.Range(1, operand).Select(i => at + BitConverter.ToInt32(il, operandAt + (4 * i))),
                _ => [],
            };
            foreach (var target in targets)
            {
                arriving[target] = arriving.TryGetValue(target, out var other) ? Merge(other, stack) : stack;
            }

            if (code.FlowControl is FlowControl.Branch or FlowControl.Return or FlowControl.Throw)
            {
                stack = ImmutableStack<Value>.Empty; // what comes next is reached from elsewhere
            }
        }
    }

    private ImmutableStack<Value> Call(MethodBase caller, MethodBase called, bool isNew, Type? constrained, ImmutableStack<Value> stack)
    {
        var parameters = called.GetParameters();
        var values = new Value[parameters.Length];
        for (var i = values.Length - 1; i >= 0; i--)
        {
            stack = stack.Pop(out values[i]);
        }

        if (!called.IsStatic && !isNew)
        {
            stack = stack.Pop();
        }

        if (called.DeclaringType == typeof(Finding) && called.Name == "set_" + nameof(Finding.Code))
        {
            sinks.Add((caller, values[0]));
        }

        if (called.Module == caller.Module)
        {
            for (var i = 0; i < values.Length; i++)
            {
                (arguments.TryGetValue((called, i), out var known) ? known : arguments[(called, i)] = []).Add(values[i]);
            }
        }

        // A structure is made in its place: its constructor leaves nothing on the stack.
        if (!isNew && (called is ConstructorInfo || (called is MethodInfo { ReturnType: var type } && type == typeof(void))))
        {
            return stack;
        }

        return stack.Push(called switch
        {
            { Name: ".ctor", DeclaringType: { } t } when t.FullName!.StartsWith("System.ValueTuple`", StringComparison.Ordinal) => new Items([.. values]),
            { Name: nameof(string.Concat), DeclaringType: var t } when t == typeof(string) && parameters.All(p => p.ParameterType == typeof(string)) => values.Aggregate((l, r) => new Joined(l, r)),
            { Name: nameof(ToString) } when constrained is { IsEnum: true } => Value.Of(Enum.GetNames(constrained).Select(n => new Text(n))),
            // The property of a record is what its constructor was given.
            { IsSpecialName: true, DeclaringType: { } t } when called.Name.StartsWith("get_", StringComparison.Ordinal) && t.Module == caller.Module => Value.Of(t.GetConstructors(Everything).SelectMany(c => c.GetParameters().Where(p => "get_" + p.Name == called.Name).Select(p => new Parameter(c, p.Position)))),
            _ => Unknown.It,
        });
    }

    private static Type[]? TypeArguments(MethodBase method) => method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;

    private static int Local(OpCode code, int operand) => code.OperandType == OperandType.InlineNone ? code.Name![^1] - '0' : operand & 0xffff;

    private static int? Item(FieldInfo field) => field.DeclaringType!.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true && field.Name.StartsWith("Item", StringComparison.Ordinal) ? field.Name[4] - '1' : null;

    private static Value Part(Value value, int item) => value switch
    {
        Items items => items.Values[item],
        Either either => Value.Of(either.Values.Select(v => Part(v, item))),
        _ => Unknown.It,
    };

    private static Value Merge(Value left, Value right) => Value.Of([left, right]);

    private static ImmutableStack<Value> Merge(ImmutableStack<Value> left, ImmutableStack<Value> right) =>
        ImmutableStack.CreateRange(left.Zip(right, Merge).Reverse());

    private static int Pops(StackBehaviour behaviour) => behaviour switch
    {
        StackBehaviour.Pop0 => 0,
        StackBehaviour.Pop1 or StackBehaviour.Popi or StackBehaviour.Popref or StackBehaviour.Varpop => 1,
        StackBehaviour.Popi_popi_popi or StackBehaviour.Popref_popi_popi or StackBehaviour.Popref_popi_popi8 or StackBehaviour.Popref_popi_popr4 or StackBehaviour.Popref_popi_popr8 or StackBehaviour.Popref_popi_popref or StackBehaviour.Popref_popi_pop1 => 3,
        _ => 2,
    };

    private static int Pushes(StackBehaviour behaviour) => behaviour switch { StackBehaviour.Push0 => 0, StackBehaviour.Push1_push1 => 2, _ => 1 };

    private abstract record Value
    {
        public static Value Of(IEnumerable<Value> values)
        {
            HashSet<Value> flat = [.. values.SelectMany(v => v is Either either ? either.Values : (IEnumerable<Value>)[v])];
            return flat.Count == 1 ? flat.First() : new Either([.. flat]);
        }
    }

    private sealed record Unknown : Value
    {
        public static readonly Unknown It = new();
    }

    private sealed record Text(string Content) : Value;

    private sealed record Parameter(MethodBase Method, int Index) : Value;

    private sealed record Joined(Value Left, Value Right) : Value;

    private sealed record Items(ImmutableArray<Value> Values) : Value;

    private sealed record Either(ImmutableArray<Value> Values) : Value;
}
