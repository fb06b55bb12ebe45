using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Buckets;

/// <summary>Advice for refused calls on a bucket that the user named. It does not belong to a stack, so advice about stacks would mislead.</summary>
internal static class ObjectErrors
{
    /// <summary>Makes calls; what they fail with says what to allow on which resource.</summary>
    public static async Task<T> ExplainAsync<T>(BucketPlace bucket, AwsCallName what, Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (EmailSecurityException e) when (FixOf(e, bucket, what) is { } fix)
        {
            throw new EmailSecurityException(e.ErrorId, e.Kind, e.What, fix, e.InnerException) { Target = e.Target };
        }
    }

    private static string? FixOf(EmailSecurityException error, BucketPlace bucket, AwsCallName what) => error.ErrorId switch
    {
        "BucketNotFound" => "Check the name of the bucket.",
        "AccessDenied" when error.What.Contains("kms:", StringComparison.OrdinalIgnoreCase) =>
            "The object is encrypted with a key of AWS KMS: allow this user or role the action that the message names on that key, in IAM and in the key's "
                + "policy.",
        "AccessDenied" => $"In IAM, allow this user or role {what.Action} on arn:aws:s3:::{bucket.Name}{(what.Action == "s3:ListBucket" ? "" : "/*")}; "
            + $"assets/iam-policy-{(what.Action is "s3:PutObject" or "s3:DeleteObject" ? "report-store" : "reports")}.json shows how. "
            + (bucket.Owner is { } owner
                ? $"The bucket must belong to account {owner} (-ExpectedBucketOwner)."
                : "If the bucket belongs to another account, name it with -ExpectedBucketOwner."),
        _ => null,
    };
}
