using System.Globalization;
using System.Management.Automation;
using System.Xml.Linq;

namespace EmailSecurity.HelpBuilder;

/// <summary>Writes the XML that Get-Help reads: prose from the pages, syntax from the commands.</summary>
internal static class MamlWriter
{
    private static readonly XNamespace Items = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    // Every command has them, and Get-Help writes <CommonParameters> for the others by itself.
    private static readonly string[] Switches = ["WhatIf", "Confirm"];

    /// <summary>Writes the help of some commands.</summary>
    public static XDocument Write(IEnumerable<(CmdletInfo Command, HelpPage Page)> commands, HelpPage shared, OnlinePages online) => new(
        new XElement(Items + "helpItems", new XAttribute("schema", "maml"), commands.Select(c => WriteCommand(c.Command, c.Page, shared, online))));

    private static XElement WriteCommand(CmdletInfo command, HelpPage page, HelpPage shared, OnlinePages online)
    {
        var parameters = command.ParameterSets
            .SelectMany(s => s.Parameters)
            .Where(IsOwn)
            .DistinctBy(p => p.Name, StringComparer.OrdinalIgnoreCase)
            .OrderBy(p => Array.IndexOf(Switches, p.Name))
            .ThenBy(p => p.Name, StringComparer.OrdinalIgnoreCase);
        return new XElement(
            Command + "command",
            new XAttribute(XNamespace.Xmlns + "maml", Maml),
            new XAttribute(XNamespace.Xmlns + "command", Command),
            new XAttribute(XNamespace.Xmlns + "dev", Dev),
            new XElement(
                Command + "details",
                new XElement(Command + "name", command.Name),
                new XElement(Command + "verb", command.Verb),
                new XElement(Command + "noun", command.Noun),
                Prose("description", page["Synopsis"].Paragraphs)),
            Prose("description", page["Description"].Paragraphs),
            new XElement(Command + "syntax", command.ParameterSets.Select(set => new XElement(
                Command + "syntaxItem",
                new XElement(Maml + "name", command.Name),
                set.Parameters.Where(IsOwn).OrderBy(p => p.Position < 0 ? int.MaxValue : p.Position).ThenBy(p => !p.IsMandatory).Select(p => Parameter(p, null))))),
            new XElement(Command + "parameters", parameters.Select(p => Parameter(p, (page.Parameter(p.Name) ?? shared.Parameter(p.Name))?.Paragraphs ?? []))),
            new XElement(Command + "inputTypes", parameters.Where(p => p.ValueFromPipeline).Select(p => new XElement(Command + "inputType", Type(p.ParameterType)))),
            new XElement(Command + "returnValues", page["Outputs"].Paragraphs.SelectMany(p => p.Split('\n')).Select(name => new XElement(
                Command + "returnValue",
                new XElement(Dev + "type", new XElement(Maml + "name", name))))),
            new XElement(Maml + "alertSet", Prose("alert", ["AWS permissions", .. page["Permissions"].Paragraphs, .. page["Notes"].Paragraphs])),
            new XElement(Command + "examples", page["Examples"].Items.Select((example, index) => new XElement(
                Command + "example",
                new XElement(Maml + "title", string.Create(CultureInfo.InvariantCulture, $"Example {index + 1}: {example.Title}")),
                new XElement(Dev + "code", string.Join('\n', example.Code)),
                new XElement(Dev + "remarks", Paragraphs(example.Paragraphs))))),
            new XElement(
                Command + "relatedLinks",
                online.Of(command.Name) is { } address ? Link("Online version:", address) : null, // Get-Help -Online takes the first link that has an address
                page["Links"].Paragraphs.SelectMany(p => p.Split('\n')).Select(link => Link(link, ""))));
    }

    private static XElement Parameter(CommandParameterInfo parameter, IReadOnlyList<string>? description)
    {
        var isSwitch = parameter.ParameterType == typeof(SwitchParameter);
        return new XElement(
            Command + "parameter",
            new XAttribute("required", parameter.IsMandatory ? "true" : "false"),
            new XAttribute("variableLength", parameter.ParameterType.IsArray ? "true" : "false"),
            new XAttribute("globbing", "false"),
            new XAttribute("pipelineInput", Pipeline(parameter)),
            new XAttribute("position", parameter.Position < 0 ? "named" : (parameter.Position + 1).ToString(CultureInfo.InvariantCulture)),
            new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
            new XElement(Maml + "name", parameter.Name),
            description is null ? null : Prose("description", description),
            isSwitch ? null : new XElement(Command + "parameterValue", new XAttribute("required", "true"), new XAttribute("variableLength", parameter.ParameterType.IsArray ? "true" : "false"), Name(parameter.ParameterType)),
            Type(parameter.ParameterType),
            new XElement(Dev + "defaultValue", isSwitch ? "False" : "None"));
    }

    private static bool IsOwn(CommandParameterInfo parameter) =>
        Switches.Contains(parameter.Name) || (!Cmdlet.CommonParameters.Contains(parameter.Name) && !Cmdlet.OptionalCommonParameters.Contains(parameter.Name));

    private static string Pipeline(CommandParameterInfo parameter) => (parameter.ValueFromPipeline, parameter.ValueFromPipelineByPropertyName) switch
    {
        (true, true) => "True (ByValue, ByPropertyName)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };

    private static string Name(Type type) => Nullable.GetUnderlyingType(type) is { } inner ? inner.Name : type.Name;

    private static XElement Type(Type type) => new(Dev + "type", new XElement(Maml + "name", Name(type)), new XElement(Maml + "uri"));

    private static XElement Link(string text, string address) =>
        new(Maml + "navigationLink", new XElement(Maml + "linkText", text), new XElement(Maml + "uri", address));

    private static XElement Prose(string name, IEnumerable<string> paragraphs) => new(Maml + name, Paragraphs(paragraphs));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> paragraphs) => paragraphs.Select(p => new XElement(Maml + "para", p));
}
