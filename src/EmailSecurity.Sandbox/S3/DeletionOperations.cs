using System.Xml.Linq;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.S3.Documents;

namespace EmailSecurity.Sandbox.S3;

/// <summary>Deleting objects: a delete marker on top, or a version for good.</summary>
internal static class DeletionOperations
{
    private const int MostKeys = 1000;

    /// <summary>True for text that can be a version id.</summary>
    public static bool IsVersionId(string id) => id == "null" || (id.Length == 32 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_'));

    public static AwsReply Delete(S3Context context)
    {
        if (context.Header("if-match") is not null)
        {
            throw S3Exception.NotImplemented("If-Match on DeleteObject");
        }
        var deleted = Delete(context, context.Key, context.Query("versionId"));
        var headers = new Dictionary<string, string>();
        if (deleted is not null)
        {
            ObjectOperations.AddVersion(headers, context.Bucket, deleted);
            if (deleted.IsDeleteMarker)
            {
                headers["x-amz-delete-marker"] = "true";
            }
        }
        return new AwsReply(204, "", []) { Headers = headers };
    }

    public static AwsReply DeleteMany(S3Context context)
    {
        var body = S3Xml.Parse(context.Call.Body, "Delete");
        var objects = body.Elements().Where(e => e.Name.LocalName == "Object").ToList();
        if (objects.Count is 0 or > MostKeys || body.Elements().Any(e => e.Name.LocalName is not ("Object" or "Quiet")))
        {
            throw S3Exception.MalformedXml();
        }
        var quiet = body.Flag("Quiet") ?? false;
        return S3Xml.Reply("DeleteResult", objects.Select(item => DeleteOne(context, item, quiet)));
    }

    private static XElement? DeleteOne(S3Context context, XElement item, bool quiet)
    {
        item.Only("Key", "VersionId", "ETag", "LastModifiedTime", "Size");
        var key = item.Required("Key");
        var id = item.Text("VersionId");
        if (key.Length == 0)
        {
            throw new S3Exception(400, "UserKeyMustBeSpecified", "The bucket DeleteObjects request must specify keys");
        }
        XElement? version = id is null ? null : new XElement("VersionId", id);
        try
        {
            if (item.Elements().Any(e => e.Name.LocalName is "ETag" or "LastModifiedTime" or "Size"))
            {
                throw S3Exception.NotImplemented("conditions in DeleteObjects");
            }
            Authorization.Demand(context, id is null ? "DeleteObject" : "DeleteObjectVersion", key);
            var deleted = Delete(context, key, id);
            return quiet ? null : new XElement(
                "Deleted",
                new XElement("Key", key),
                version,
                deleted is { IsDeleteMarker: true } ? new XElement[] { new("DeleteMarker", true), new("DeleteMarkerVersionId", deleted.VersionId) } : null);
        }
        catch (S3Exception e)
        {
            return new XElement("Error", new XElement("Key", key), version, new XElement("Code", e.Code), new XElement("Message", e.Message));
        }
    }

    /// <summary>Deletes; the version removed or the marker made, null where there was nothing.</summary>
    private static StoredVersion? Delete(S3Context context, string key, string? versionId)
    {
        var bucket = context.Bucket;
        if (versionId is not null)
        {
            return IsVersionId(versionId)
                ? bucket.Objects.Remove(key, versionId)
                : throw S3Exception.InvalidArgument("Invalid version id specified", "versionId", versionId);
        }
        if (bucket.Versioning is null)
        {
            bucket.Objects.Remove(key, "null");
            return null;
        }
        var marker = new StoredVersion
        {
            Key = key,
            VersionId = bucket.Versioning == "Enabled" ? ObjectTable.NewVersionId() : "null",
            IsDeleteMarker = true,
            LastModified = context.State.Clock.Now,
        };
        bucket.Objects.Put(marker);
        return marker;
    }
}
