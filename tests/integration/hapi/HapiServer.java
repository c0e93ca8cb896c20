import ca.uhn.fhir.batch2.jobs.config.Batch2JobsConfig;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.binary.api.IBinaryStorageSvc;
import ca.uhn.fhir.jpa.binstore.MemoryBinaryStorageSvcImpl;
import ca.uhn.fhir.jpa.config.HapiJpaConfig;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirH2Dialect;
import ca.uhn.fhir.jpa.provider.JpaSystemProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.jpa.subscription.channel.config.SubscriptionChannelConfig;
import ca.uhn.fhir.jpa.subscription.match.config.SubscriptionProcessorConfig;
import ca.uhn.fhir.jpa.subscription.match.deliver.email.IEmailSender;
import ca.uhn.fhir.jpa.subscription.submit.config.SubscriptionSubmitterConfig;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import jakarta.persistence.EntityManagerFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import javax.sql.DataSource;
import org.apache.commons.dbcp2.BasicDataSource;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.transaction.annotation.EnableTransactionManagement;

/**
 * HAPI FHIR R4 on H2 in memory behind TLS on 127.0.0.1: HapiServer KEYSTORE PASSWORD READY_FILE.
 * HAPI looks some of the beans up by these names.
 */
public class HapiServer {
  @Configuration
  @EnableTransactionManagement
  @Import({JpaR4Config.class, HapiJpaConfig.class, JpaBatch2Config.class, Batch2JobsConfig.class,
      ThreadPoolFactoryConfig.class, SubscriptionSubmitterConfig.class,
      SubscriptionProcessorConfig.class, SubscriptionChannelConfig.class})
  public static class Parts {
    @Bean JpaStorageSettings storageSettings() {
      var settings = new JpaStorageSettings();
      settings.setResourceServerIdStrategy(JpaStorageSettings.IdStrategyEnum.UUID);
      settings.setPreExpandValueSets(false);
      return settings;
    }

    @Bean PartitionSettings partitionSettings() { return new PartitionSettings(); }

    @Bean SubscriptionSettings subscriptionSettings() { return new SubscriptionSettings(); }

    @Bean IEmailSender emailSender() { return details -> { }; }

    @Bean IBinaryStorageSvc binaryStorage() { return new MemoryBinaryStorageSvcImpl(); }

    @Bean DataSource dataSource() {
      var source = new BasicDataSource();
      source.setDriver(new org.h2.Driver());
      source.setUrl(database.isEmpty() ? "jdbc:h2:mem:fhir;DB_CLOSE_DELAY=-1" : "jdbc:h2:file:" + database);
      source.setUsername("sa");
      source.setPassword("");
      source.setMaxTotal(32);
      return source;
    }

    @Primary @Bean LocalContainerEntityManagerFactoryBean entityManagerFactory(
        ConfigurableListableBeanFactory beans, FhirContext fhir, JpaStorageSettings settings,
        DataSource source) {
      var factory = HapiEntityManagerFactoryUtil.newEntityManagerFactory(beans, fhir, settings);
      factory.setPersistenceUnitName("HAPI_PU");
      factory.setDataSource(source);
      var properties = new Properties();
      properties.put("hibernate.dialect", HapiFhirH2Dialect.class.getName());
      properties.put("hibernate.hbm2ddl.auto", database.isEmpty() ? "create" : "update");
      properties.put("hibernate.search.enabled", "false");
      factory.setJpaProperties(properties);
      return factory;
    }

    @Primary @Bean JpaTransactionManager transactionManager(EntityManagerFactory factory) {
      return new JpaTransactionManager(factory);
    }
  }

  // The file of the database without its ending; empty: in memory.
  static String database = "";

  static ServerConnector secured(Server jetty, String keystore, String password, int port) {
    var tls = new SslContextFactory.Server();
    tls.setKeyStorePath(keystore);
    tls.setKeyStorePassword(password);
    tls.setIncludeProtocols("TLSv1.2", "TLSv1.3");
    var http = new HttpConfiguration();
    // Clients come by address too, for which there is no server name to check.
    http.addCustomizer(new SecureRequestCustomizer(false));
    var connector = new ServerConnector(jetty, new SslConnectionFactory(tls, "http/1.1"),
        new HttpConnectionFactory(http));
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    return connector;
  }

  // KEYSTORE PASSWORD READY_FILE [DATABASE PORT]
  public static void main(String[] arguments) throws Exception {
    database = arguments.length > 3 ? arguments[3] : "";
    var parts = new AnnotationConfigApplicationContext(Parts.class);
    var fhir = new RestfulServer(parts.getBean(FhirContext.class));
    fhir.registerProviders(parts.getBean(ResourceProviderFactory.class).createProviders());
    fhir.registerProvider(parts.getBean(JpaSystemProvider.class));
    var paging = parts.getBean(DatabaseBackedPagingProvider.class);
    paging.setDefaultPageSize(20);
    paging.setMaximumPageSize(50);  // small, so that tests have many pages
    fhir.setPagingProvider(paging);
    fhir.setDefaultResponseEncoding(EncodingEnum.JSON);
    fhir.setInterceptorService(parts.getBean(IInterceptorService.class));

    var jetty = new Server();
    var connector = secured(jetty, arguments[0], arguments[1], arguments.length > 4 ? Integer.parseInt(arguments[4]) : 0);
    jetty.addConnector(connector);
    var root = new ServletContextHandler("/");
    root.addServlet(new ServletHolder("fhir", fhir), "/fhir/*");
    jetty.setHandler(root);
    jetty.start();
    var ready = Path.of(arguments[2]);
    var unfinished = Path.of(arguments[2] + ".part");
    Files.writeString(unfinished, "https://localhost:" + connector.getLocalPort() + "/fhir\n");
    Files.move(unfinished, ready, StandardCopyOption.ATOMIC_MOVE);
    jetty.join();
  }
}
