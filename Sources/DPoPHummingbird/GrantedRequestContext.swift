#if Hummingbird
    public import DPoPServer
    public import Hummingbird

    /// The context of routes that can not run without a grant: there is none of it without one.
    ///
    ///     router.group("accounts")
    ///         .add(middleware: DPoPMiddleware(guardian))
    ///         .group(context: GrantedRequestContext<AppContext>.self)
    ///         .get("me") { _, context in context.grant.token.subject ?? "" }
    ///
    /// Making one throws what ``DPoPRequestContext/requireGrant()`` throws.
    public struct GrantedRequestContext<ParentContext: DPoPRequestContext>: ChildRequestContext {
        public var coreContext: CoreRequestContextStorage

        /// What the middleware granted.
        public let grant: Grant

        /// The context that the middleware ran with.
        public let parent: ParentContext

        public init(context: ParentContext) throws {
            grant = try context.requireGrant()
            coreContext = context.coreContext
            parent = context
        }

        public var maxUploadSize: Int { parent.maxUploadSize }
        public var requestDecoder: ParentContext.Decoder { parent.requestDecoder }
        public var responseEncoder: ParentContext.Encoder { parent.responseEncoder }
    }
#endif
