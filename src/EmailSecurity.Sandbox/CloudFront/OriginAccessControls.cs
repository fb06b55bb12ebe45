using System.Xml.Linq;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>The origin access control operations. Every call is under the store's lock.</summary>
public sealed class OriginAccessControls(CloudFrontStore store)
{
    private const int MaxControls = 100;
    private const int MaxName = 64;

    private static readonly XNamespace Ns = CloudFrontService.Ns;

    /// <summary>Carries an operation out.</summary>
    public AwsReply Handle(AwsCall call, string operation, string id) => operation switch
    {
        "CreateOriginAccessControl" => Create(call),
        "ListOriginAccessControls" => List(call),
        "GetOriginAccessControl" => Reply(200, Find(call, id)),
        "GetOriginAccessControlConfig" => Config(Find(call, id)),
        "UpdateOriginAccessControl" => Update(call, Find(call, id)),
        "DeleteOriginAccessControl" => Delete(call, Find(call, id)),
        _ => throw new AwsRuleException(404, "UnknownOperationException", operation),
    };

    private OriginAccessControl Find(AwsCall call, string id) =>
        store.Controls.TryGetValue(id, out var control) && control.AccountId == call.AccountId
            ? control
            : throw new AwsRuleException(404, "NoSuchOriginAccessControl", "The specified origin access control does not exist.");

    private XElement Read(AwsCall call, string self)
    {
        var config = RestXml.Parse(call.Body, "OriginAccessControlConfig", Ns, "MalformedXML");
        var name = config.Text(Ns + "Name") ?? "";
        if (name.Length is 0 or > MaxName
            || config.Text(Ns + "SigningProtocol") != "sigv4"
            || config.Text(Ns + "SigningBehavior") is not ("always" or "never" or "no-override")
            || config.Text(Ns + "OriginAccessControlOriginType") is not ("s3" or "mediastore" or "mediapackagev2" or "lambda"))
        {
            throw new AwsRuleException(
                400,
                "InvalidArgument",
                "The origin access control needs a Name of 1 to 64 characters, SigningProtocol sigv4, SigningBehavior always, never or "
                    + "no-override, and an origin type.");
        }
        if (store.Controls.Values.Any(c => c.AccountId == call.AccountId && c.Id != self && c.Name == name))
        {
            throw new AwsRuleException(409, "OriginAccessControlAlreadyExists", "An origin access control with the same name already exists.");
        }
        config.Attributes().Where(a => a.IsNamespaceDeclaration).Remove();
        if (config.Element(Ns + "Description") is null)
        {
            config.Add(new XElement(Ns + "Description", ""));
        }
        ElementOrder.Apply(config);
        return config;
    }

    private AwsReply Create(AwsCall call)
    {
        var config = Read(call, "");
        if (store.Controls.Values.Count(c => c.AccountId == call.AccountId) >= MaxControls)
        {
            throw new AwsRuleException(
                400, "TooManyOriginAccessControls", "The number of origin access controls in your Amazon Web Services account exceeds the maximum allowed.");
        }
        var control = new OriginAccessControl(CloudFrontStore.NewId("E"), call.AccountId, CloudFrontStore.NewId("E"), config);
        store.Controls[control.Id] = control;
        return Reply(201, control);
    }

    private AwsReply Update(AwsCall call, OriginAccessControl control)
    {
        var config = Read(call, control.Id);
        IfMatch.Check(call, control.ETag);
        var updated = control with { Config = config, ETag = CloudFrontStore.NewId("E") };
        store.Controls[control.Id] = updated;
        return Reply(200, updated);
    }

    private AwsReply Delete(AwsCall call, OriginAccessControl control)
    {
        IfMatch.Check(call, control.ETag);
        if (store.All.Any(d => d.UsesOriginAccessControl(control.Id, store.Now)))
        {
            throw new AwsRuleException(
                409, "OriginAccessControlInUse", "Cannot delete the origin access control because it's in use by one or more distributions.");
        }
        store.Controls.Remove(control.Id);
        return RestXml.Empty(204);
    }

    private static AwsReply Reply(int status, OriginAccessControl control) => RestXml.Reply(
        status,
        new XElement(Ns + "OriginAccessControl", new XElement(Ns + "Id", control.Id), new XElement(control.Config)),
        ("ETag", control.ETag),
        ("Location", $"https://cloudfront.amazonaws.com/2020-05-31/origin-access-control/{control.Id}"));

    private static AwsReply Config(OriginAccessControl control) => RestXml.Reply(200, new XElement(control.Config), ("ETag", control.ETag));

    private AwsReply List(AwsCall call)
    {
        var mine = store.Controls.Values.Where(c => c.AccountId == call.AccountId).OrderBy(c => c.Id, StringComparer.Ordinal).ToArray();
        return RestXml.Reply(200, CloudFrontPage.Of("OriginAccessControlList", mine, call, c => c.Id, Summary));
    }

    private static XElement Summary(OriginAccessControl control) => new(
        Ns + "OriginAccessControlSummary",
        new XElement(Ns + "Id", control.Id),
        control.Config.Elements().OrderBy(e =>
            e.Name.LocalName switch { "Description" => 0, "Name" => 1, "SigningProtocol" => 2, "SigningBehavior" => 3, _ => 4 }).Select(e => new XElement(e)));
}
